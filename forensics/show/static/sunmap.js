"use strict";
var gnomon = (function () {
  var data = JSON.parse(document.getElementById("gnomon-data").textContent);
  var map = null, groups = {}, outlines = [];
  function el(name, text) {
    var node = document.createElement(name);
    if (text !== undefined) node.textContent = text;
    return node;
  }
  function put(id, text) { document.getElementById(id).textContent = text; }
  function list(id, lines) {
    lines.forEach(function (line) { document.getElementById(id).appendChild(el("li")).appendChild(el("bdi", line)); });
  }
  function colour(name) {
    return getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
  }
  function numbers(value) { return Array.isArray(value) ? value.map(numbers) : +value; }
  function note(text) { return function () { return el("bdi", text); }; }
  function draw() {
    Object.keys(groups).forEach(function (key) { groups[key].clearLayers(); });
    data.bands.forEach(function (band) {
      var half = band.mass === 50;
      groups.region.addLayer(L.polygon(numbers(band.shape), {
        pane: "region", weight: 0.5, color: half ? "#c2410c" : "#f59e0b", fillOpacity: half ? 0.75 : 0.5, smoothFactor: 0.5
      }).bindPopup(note(band.text)));
    });
    data.circles.forEach(function (one) {
      one.lines.forEach(function (line) {
        groups.circles.addLayer(L.polyline(numbers(line), {
          pane: "marks", weight: one.exact ? 2 : 1, color: colour("accent"), dashArray: one.exact ? null : "4 4", smoothFactor: 0.2
        }).bindPopup(note(one.text)));
      });
    });
    data.overhead.forEach(function (one) {
      groups.circles.addLayer(L.circleMarker(numbers(one.at), {
        pane: "marks", radius: 7, weight: 2, color: "#b45309", fillColor: "#fde047", fillOpacity: 1
      }).bindPopup(note(one.text)));
    });
    data.points.forEach(function (one) {
      groups.points.addLayer(L.circle(numbers(one.at), {
        pane: "marks", radius: one.radius_m, weight: 2, color: colour("bad"), dashArray: "6 4", fillOpacity: 0.04
      }).bindPopup(note(one.text)));
    });
    data.tested.forEach(function (one) {
      groups.tested.addLayer(L.circleMarker(numbers(one.at), {
        pane: "marks", radius: 6, weight: 3, fillOpacity: 0.2, color: colour(one.out ? "bad" : "text"), dashArray: one.out ? "3 3" : null
      }).bindPopup(note(one.text)));
    });
  }
  function dress() {
    outlines.forEach(function (layer) { layer.setStyle({ fillColor: colour("land"), color: colour("edge") }); });
  }
  function fill() {
    var rows = document.querySelector("#areas tbody");
    document.title = "Sun: " + data.title;
    put("title", data.title);
    put("ruled", data.ruled_out);
    put("cell", data.cell);
    put("attribution", data.attribution);
    put("note", data.note);
    list("said", data.said);
    list("tested", data.tested.map(function (one) { return one.text; }));
    document.getElementById("asked").hidden = !data.tested.length;
    data.countries.forEach(function (one) {
      var tr = rows.appendChild(el("tr")), th = el("th");
      th.scope = "row";
      th.appendChild(el("bdi", one.name));
      [th, el("td", one.people), el("td", one.land)].forEach(function (cell) { tr.appendChild(cell); });
    });
  }
  function start() {
    var North = L.Control.extend({ onAdd: function () { var box = el("div", "N ↑"); box.className = "north"; return box; } });
    map.addControl(new North({ position: "bottomright" }));
    map.attributionControl.setPrefix("Leaflet");
    map.attributionControl.addAttribution("Natural Earth (public domain) · GeoNames (CC BY 4.0)");
    map.eachLayer(function (layer) { if (layer.feature && layer.feature.properties.code) outlines.push(layer); });
    fill();
    draw();
    dress();
    var box = groups.region.getBounds();
    if (box.isValid()) map.fitBounds(box.pad(0.1), { maxZoom: 6, animate: false });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", function () { dress(); draw(); });
  }
  document.addEventListener("DOMContentLoaded", function () { if (map) start(); });
  return {
    layer: function (key, onto) {
      if (!map) {
        map = onto;
        [["region", 350], ["marks", 450]].forEach(function (pane) { map.createPane(pane[0]).style.zIndex = pane[1]; });
      }
      groups[key] = L.featureGroup();
      return groups[key];
    }
  };
})();
