"use strict";
// The user's own base map: pictures out of a data block, enlarged a little where none is that fine.
(function () {
  var data = JSON.parse(document.getElementById("gnomon-tiles").textContent);
  var pictures = {}, plain = gnomon.layer, enlarged = 3, streets = 11, map = null;
  function picture(number) {
    if (!pictures[number]) {
      pictures[number] = new Promise(function (resolve, reject) {
        var image = new Image();
        image.onload = function () { resolve(image); };
        image.onerror = reject;
        image.src = "data:image/" + data.pictures[number][0] + ";base64," + data.pictures[number][1];
      });
    }
    return pictures[number];
  }
  function nearest(at) {
    for (var up = 0; up <= enlarged && up <= at.z; up += 1) {
      var number = data.places[at.z - up + "/" + (at.x >> up) + "/" + (at.y >> up)];
      if (number !== undefined) return { number: number, up: up };
    }
    return null;
  }
  var Tiles = L.GridLayer.extend({
    createTile: function (at, done) {
      var canvas = document.createElement("canvas"), found = nearest(at);
      if (!found) { setTimeout(done, 0, null, canvas); return canvas; }
      picture(found.number).then(function (image) {
        var parts = 1 << found.up, side = image.naturalWidth / parts;
        canvas.width = canvas.height = found.up ? 512 : image.naturalWidth;
        canvas.getContext("2d").drawImage(image, at.x % parts * side, at.y % parts * side, side, side, 0, 0, canvas.width, canvas.height);
        canvas.setAttribute("data-tile", at.z + "/" + at.x + "/" + at.y + (found.up ? " from " + (at.z - found.up) : ""));
        done(null, canvas);
      }, function () { done(new Error("a tile cannot be drawn"), canvas); });
      return canvas;
    }
  });
  function said(text, cls) {
    var p = document.createElement("p"), bdi = document.createElement("bdi");
    bdi.textContent = text;
    p.appendChild(bdi);
    if (cls) p.className = cls;
    return p;
  }
  function start(layer) {
    var section = document.createElement("section"), head = document.createElement("h2"), before = document.getElementById("key").parentNode;
    section.id = "base";
    head.id = "base-h";
    head.textContent = "Base map supplied by the user, not evidence";
    section.setAttribute("aria-labelledby", head.id);
    section.appendChild(head);
    section.appendChild(said(data.source, "quiet"));
    if (data.attribution) section.appendChild(said("Attribution in the file: " + data.attribution, "quiet"));
    data.lines.forEach(function (line) { section.appendChild(said(line, "quiet")); });
    before.parentNode.insertBefore(section, before);
    var credit = L.control({ position: "bottomright" });
    credit.onAdd = function () {
      var box = said("Base map supplied by the user" + (data.attribution ? ": " + data.attribution : ""));
      box.className = "tiles-source";
      return box;
    };
    // Opaque shading would hide what the tiles are for; among streets it covers the whole view.
    function fade() {
      var on = map.hasLayer(layer), near = on && map.getZoom() >= streets;
      map.getPane("shares").style.opacity = near ? 0.15 : on ? 0.5 : 1;
      map.eachLayer(function (shape) {
        if (!shape.feature || shape.options.pane !== "marks") return;
        if (shape.gnomonFill === undefined) shape.gnomonFill = shape.options.fillOpacity;
        shape.setStyle({ fillOpacity: near ? Math.min(0.04, shape.gnomonFill) : shape.gnomonFill });
      });
    }
    function shown() {
      if (map.hasLayer(layer)) credit.addTo(map); else credit.remove();
      fade();
    }
    function soon() { setTimeout(shown, 0); }
    layer.on("add remove", soon);
    map.on("zoomend overlayadd", soon);
    document.getElementById("unit").addEventListener("change", soon);
    shown();
  }
  gnomon.deepest = data.deepest + 1;
  gnomon.layer = function (key, onto) {
    if (key !== "tiles") return plain(key, onto);
    map = onto;
    // Above the outlines of countries and provinces, below everything that is evidence.
    map.createPane("tiles").style.zIndex = 260;
    var layer = new Tiles({ pane: "tiles", maxZoom: map.getMaxZoom() });
    document.addEventListener("DOMContentLoaded", function () { start(layer); });
    return layer;
  };
})();
