"use strict";
var gnomon = (function () {
  var data = JSON.parse(document.getElementById("gnomon-data").textContent);
  var map = null, groups = {}, outlines = {}, shapes = {}, unit = null, dated = null;
  // Land drawn a quarter past each edge: a map that is dragged or grows shows no bare border.
  L.Canvas.mergeOptions({ padding: 0.25 });
  var wide = matchMedia("(min-width: 56rem)");
  function el(name, text, cls) {
    var node = document.createElement(name);
    if (text !== undefined) node.textContent = text;
    if (cls) node.className = cls;
    return node;
  }
  function foreign(text) { return el("bdi", text); }
  function put(id, text) { document.getElementById(id).textContent = text; }
  function clear(node) { while (node.firstChild) node.removeChild(node.firstChild); }
  function colour(name) {
    return getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
  }
  function latlng(pair) { return [+pair[0], +pair[1]]; }
  function rowId(clue) { return "ev-" + encodeURIComponent(clue.number); }
  function line(parts) {
    var p = el("p");
    parts.forEach(function (part) { p.appendChild(typeof part === "string" ? document.createTextNode(part) : part); });
    return p;
  }
  function note(clue) {
    return function () {
      var box = el("div"), link = el("a", "Row " + clue.number + " of the table");
      box.appendChild(line([el("strong", clue.number + " "), foreign(clue.text)]));
      box.appendChild(line([clue.weight + (clue.conflicts ? ", conflicts with the rest" : "") + "; " + clue.role + "; " + clue.set_by]));
      if (clue.spot) box.appendChild(line([clue.spot.text]));
      if (clue.remark) box.appendChild(line([clue.remark]));
      link.href = "#" + rowId(clue);
      box.appendChild(link);
      return box;
    };
  }
  function hatch(ink) {
    var tile = document.createElement("canvas"), pen = tile.getContext("2d");
    tile.width = tile.height = 8;
    pen.strokeStyle = ink;
    pen.lineWidth = 1.2;
    [[0, 8, 8, 0], [-2, 2, 2, -2], [6, 10, 10, 6]].forEach(function (way) {
      pen.beginPath(); pen.moveTo(way[0], way[1]); pen.lineTo(way[2], way[3]); pen.stroke();
    });
    return pen.createPattern(tile, "repeat");
  }
  function areaShape(code, style) {
    var layer = outlines[code];
    if (!layer) return null;
    // Approximate outlines are hatched and have no firm line: they show about where, never a border.
    if (data.approximate.indexOf(code) >= 0) {
      style = L.extend({}, style, { fill: true, fillColor: hatch(style.color), fillOpacity: 0.7, dashArray: "2 5", weight: 1 });
    }
    return L.geoJSON(layer.feature, { style: function () { return style; }, pane: style.pane || "overlayPane" });
  }
  function told_of(parts) {
    return function () { var box = el("div"); box.appendChild(line(parts)); return box; };
  }
  function drawShares(level) {
    var split = {};
    unit.areas.forEach(function (a) { if (!level && a.drawn && a.parent) split[a.parent] = true; });
    unit.areas.forEach(function (a) {
      if (!a.drawn || split[a.code] || a.ppm < 5000 || (level && a.level !== level)) return;
      var shape = areaShape(a.code, { pane: "shares", fill: true, fillColor: colour("data"), fillOpacity: 0.08 + 0.87 * a.ppm / 1e6, weight: 1, color: colour("page") });
      if (!shape) return;
      shape.bindPopup(told_of([foreign(a.name), ": " + a.share + " (prior " + a.prior + ")"]));
      groups.areas.addLayer(shape);
    });
  }
  function drawSets(level) {
    var done = {}, list = document.getElementById("bands"), names = {};
    unit.areas.forEach(function (a) { names[a.code] = a.name; });
    unit.bands.forEach(function (band) {
      if (band.level !== level) return;
      var percent = Math.round(band.ppm / 1e4), item = list.appendChild(el("li"));
      item.appendChild(el("span", "", "swatch band" + percent));
      item.appendChild(document.createTextNode(" " + band.text));
      band.codes.forEach(function (code) {
        if (done[code]) return;
        var shape = areaShape(code, { pane: "shares", fill: true, fillColor: colour("band" + percent), fillOpacity: 0.62, color: colour("text"), weight: percent === 50 ? 1.6 : 0.8, dashArray: percent === 50 ? null : percent === 80 ? "5 3" : "1 3" });
        done[code] = true;
        if (!shape) return;
        shape.bindPopup(told_of([foreign(names[code] || code), ": in the smallest set that holds " + percent + " %"]));
        groups.areas.addLayer(shape);
      });
    });
  }
  function drawAreas() {
    var how = choices.shade().split(":");
    groups.areas.clearLayers();
    clear(document.getElementById("bands"));
    if (how[0] === "set") drawSets(how[1]); else drawShares(how[1]);
    [["assessed", "text", null], ["claimed", "claim", "6 4"]].forEach(function (role) {
      unit[role[0]].forEach(function (code) {
        var shape = areaShape(code, { pane: "roles", fill: false, interactive: false, weight: 2, color: colour(role[1]), dashArray: role[2] });
        if (shape) groups.areas.addLayer(shape);
      });
    });
  }
  function drawClue(clue) {
    var into = clue.in_posts ? groups.posts : clue.subject ? groups.subjects : groups.clues, parts = [];
    var style = {
      pane: "marks", fill: true, fillOpacity: 0.04, weight: 2,
      color: colour(clue.conflicts ? "bad" : clue.subject ? "muted" : "accent"),
      dashArray: clue.conflicts ? "6 4" : clue.subject ? "1 5" : null
    };
    clue.areas.forEach(function (code) { parts.push(areaShape(code, style)); });
    if (clue.spot) {
      var at = [+clue.spot.lat, +clue.spot.lon];
      // The dot only makes a small circle easy to find; where the position lies is the circle.
      if (!clue.subject || clue.in_posts) parts.push(L.circleMarker(at, L.extend({}, style, { radius: 4, fillOpacity: 0, dashArray: null })));
      parts.push(L.circle(at, L.extend({ radius: clue.spot.radius_m }, style)));
    }
    parts = parts.filter(Boolean);
    parts.forEach(function (part) {
      part.bindPopup(note(clue));
      part.on("popupopen", function () { mark(document.getElementById(rowId(clue)), false); });
      into.addLayer(part);
    });
    dated.clues.push({ clue: clue, number: clue.number, id: rowId(clue), parts: parts, into: into, from: time(clue.from), to: time(clue.to) });
    if (parts.length) shapes[clue.number] = { layer: parts[parts.length - 1], into: into };
  }
  function drawPhotos() {
    unit.photos.forEach(function (photo) {
      var at = [+photo.lat, +photo.lon];
      var dot = L.circleMarker(at, { pane: "marks", radius: 5, weight: 2, color: colour("accent"), fillColor: colour("page"), fillOpacity: 1 });
      dot.bindPopup(function () { return line([foreign(photo.name), ": " + photo.text + (photo.when ? ", " + photo.when : "")]); });
      var ring = L.circle(at, { pane: "marks", radius: photo.radius_m, weight: 1, color: colour("accent"), fillOpacity: 0.05, interactive: false });
      dated.photos.push({ place: dated.photos.length, on: false, crews: photo.crews, at: at, dot: dot, ring: ring, from: time(photo.when), to: null });
    });
    showPhotos(dated.photos);
  }
  function showPhotos(some) {
    var wanted = {}, come = [], go = [];
    some.forEach(function (p) { wanted[p.place] = true; if (!p.on) come.push(p.dot); });
    dated.photos.forEach(function (p) { if (p.on && !wanted[p.place]) go.push(p.dot); p.on = !!wanted[p.place]; });
    groups.images.clearLayers();
    groups.heat.clearLayers();
    // A few dots are quicker taken out one by one; of many, all clusters are made anew.
    if (go.length + come.length > some.length / 4) {
      gnomon.dots.clearLayers();
      gnomon.dots.addLayers(some.map(function (p) { return p.dot; }));
    } else {
      gnomon.dots.removeLayers(go);
      gnomon.dots.addLayers(come);
    }
    // Drawing thousands of circles takes longer than a reader waits; the page says from where on.
    if (some.length <= 1000) some.forEach(function (p) { groups.images.addLayer(p.ring); });
    groups.images.addLayer(gnomon.dots);
    if (some.length) groups.heat.addLayer(L.heatLayer(some.map(function (p) { return p.at; }), { radius: 20, blur: 16, max: 1 }));
  }
  function time(text) {
    var at = text ? Date.parse(text) : NaN;
    return isNaN(at) ? null : at;
  }
  function mark(row, focus) {
    var old = document.querySelector("tr.here");
    if (old) { old.classList.remove("here"); old.removeAttribute("aria-current"); }
    if (!row) return;
    row.classList.add("here");
    row.setAttribute("aria-current", "true");
    // Beside the map the row comes into view; under it that would push the map out of view.
    if (focus) row.focus(); else if (wide.matches) row.scrollIntoView({ block: "nearest" });
  }
  function period() {
    var all = dated.photos.concat(dated.clues), ends = [];
    all.forEach(function (one) { [one.from, one.to].forEach(function (t) { if (t !== null) ends.push(t); }); });
    dated.first = ends.reduce(function (a, b) { return Math.min(a, b); }, Infinity);
    dated.last = ends.reduce(function (a, b) { return Math.max(a, b); }, -Infinity);
    document.getElementById("time").hidden = !(dated.last > dated.first);
    document.getElementById("when").value = 1000;
    document.getElementById("span").value = 0;
    told();
  }
  function told() {
    var days = +document.getElementById("span").value, at = +document.getElementById("when").value;
    var end = dated.first + (dated.last - dated.first) * at / 1000, start = days ? end - days * 864e5 : -Infinity;
    function inside(one) {
      if (!(dated.last > dated.first)) return true;
      if (one.from === null && one.to === null) return true;
      return (one.from === null ? one.to : one.from) <= end && (one.to === null ? one.from : one.to) >= start;
    }
    var photos = dated.photos.filter(function (p) { return inside(p) && choices.crew(p); });
    var n = dated.clues.filter(function (c) { return inside(c) && choices.clue(c.clue); }).length;
    var told = photos.length + " of " + dated.photos.length + " images" + (photos.length > 1000 ? " (circles of radius from 1,000 down), " : ", ") + n + " of " + dated.clues.length + " clues";
    put("chosen", "Shown: " + told + ".");
    if (dated.last > dated.first) put("shown", (days ? days + " d to " : "up to ") + new Date(end).toISOString().slice(0, 16).replace("T", " ") + " UTC: " + told);
    return { photos: photos, inside: inside };
  }
  function filter() {
    var now = told();
    dated.waiting = false;
    if (now.photos.length !== dated.shown || now.photos[0] !== dated.head) showPhotos(now.photos);
    dated.shown = now.photos.length;
    dated.head = now.photos[0];
    dated.clues.forEach(function (clue) {
      var then = now.inside(clue), chosen = choices.clue(clue.clue), on = then && chosen;
      var row = document.getElementById(clue.id);
      clue.parts.forEach(function (part) { if (on) clue.into.addLayer(part); else clue.into.removeLayer(part); });
      row.classList.toggle("off", !on);
      row.querySelector("[data-off]").textContent = on ? "" : then ? " (left out by the layers)" : " (outside the time shown)";
    });
  }
  function soon() {
    if (dated.waiting) return;
    dated.waiting = true;
    setTimeout(filter, 30);
  }
  function play(on) {
    var knob = document.getElementById("when"), button = document.getElementById("play");
    clearInterval(dated.timer);
    button.setAttribute("aria-pressed", on);
    button.textContent = on ? "Stop" : "Play";
    if (!on) return;
    if (+knob.value >= 1000) knob.value = 0;
    dated.timer = setInterval(function () {
      knob.value = +knob.value + 10;
      filter();
      if (+knob.value >= 1000) play(false);
    }, 120);
  }
  function drawRest() {
    unit.claims.forEach(function (claim) {
      if (!claim.line) return;
      var wide = 2 + Math.min(3, Math.floor(Math.log10(claim.accounts || 1) * 1.5));
      var way = L.polyline(claim.line.map(latlng), { pane: "marks", color: colour("claim"), weight: wide, dashArray: 3 * wide + " " + 2 * wide });
      way.bindPopup(told_of([foreign(claim.text)]));
      groups.claims.addLayer(way);
      groups.claims.addLayer(L.marker(way.getBounds().getCenter(), {
        interactive: false, keyboard: false,
        icon: L.divIcon({ className: "area-name claim-name", html: el("span", claim.short), iconSize: [0, 0] })
      }));
    });
    var names = unit.areas.filter(function (a) { return a.label; }).map(function (a) {
      return { text: a.name + " " + a.share, at: a.label, fine: a.level !== "country" };
    });
    unit.approximate.forEach(function (a) { names.push({ text: a.name, at: a.at, fine: true }); });
    names.forEach(function (a) {
      var name = el("span", a.text);
      var mark = L.marker(latlng(a.at), {
        interactive: false, keyboard: false,
        icon: L.divIcon({ className: "area-name", html: name, iconSize: [0, 0] })
      });
      mark.fine = a.fine;
      groups.labels.addLayer(mark);
    });
  }
  function tidy() {
    var taken = [], near = map.getZoom() > 3;
    groups.labels.getLayers().sort(function (a, b) { return near ? b.fine - a.fine : a.fine - b.fine; }).forEach(function (mark) {
      var at = map.latLngToContainerPoint(mark.getLatLng()), hit = taken.some(function (p) {
        return Math.abs(p.x - at.x) < 105 && Math.abs(p.y - at.y) < 16;
      });
      if (mark.getElement()) mark.getElement().hidden = hit;
      if (!hit) taken.push(at);
    });
  }
  function go(clue) {
    var found = shapes[clue.number];
    if (!found) return;
    if (!map.hasLayer(found.into)) map.addLayer(found.into);
    if (!found.into.hasLayer(found.layer)) found.into.addLayer(found.layer);
    map.fitBounds(found.layer.getBounds().pad(0.6), { maxZoom: gnomon.deepest, animate: false });
    found.layer.openPopup();
    map.getContainer().scrollIntoView({ block: "nearest" });
  }
  function fill() {
    var clues = document.querySelector("#clues tbody"), areas = document.querySelector("#areas tbody"), claims = document.getElementById("claims");
    [clues, areas, claims].forEach(clear);
    put("number", unit.number);
    put("term", unit.term);
    put("statement", unit.statement);
    put("confidence", unit.confidence + " " + unit.counts + ".");
    unit.clues.forEach(function (clue) {
      var tr = el("tr"), th = el("th"), b = el(shapes[clue.number] ? "button" : "strong", clue.number, "go");
      th.scope = "row";
      tr.id = rowId(clue);
      tr.tabIndex = -1;
      if (shapes[clue.number]) { b.type = "button"; b.addEventListener("click", function () { go(clue); }); }
      th.appendChild(b);
      th.appendChild(document.createTextNode(" "));
      th.appendChild(foreign(clue.text));
      th.appendChild(el("br"));
      th.appendChild(el("small", [clue.group, clue.role, clue.set_by, clue.accounts, clue.spot ? clue.spot.text : "", clue.remark].filter(Boolean).join("; ")));
      var off = el("small");
      off.setAttribute("data-off", "");
      th.appendChild(off);
      tr.appendChild(th);
      tr.appendChild(el("td", clue.weight + (clue.conflicts ? " conflicts" : "")));
      tr.appendChild(el("td", clue.wrong));
      clues.appendChild(tr);
    });
    unit.areas.forEach(function (a) {
      var tr = el("tr"), th = el("th");
      th.scope = "row";
      th.appendChild(foreign(a.name + " (" + a.code + ")"));
      if (!a.drawn) th.appendChild(el("small", " no outline here"));
      [th, el("td", a.share), el("td", a.prior)].forEach(function (c) { tr.appendChild(c); });
      areas.appendChild(tr);
    });
    unit.claims.forEach(function (c) { claims.appendChild(el("li")).appendChild(foreign(c.text)); });
  }
  function frame() {
    var box = L.latLngBounds([]);
    unit.areas.forEach(function (a) { if (a.label && a.ppm >= 30000) box.extend(latlng(a.label)); });
    groups.clues.eachLayer(function (l) { box.extend(l.getBounds ? l.getBounds() : l.getLatLng()); });
    if (box.isValid()) map.fitBounds(box.pad(0.15), { maxZoom: 6, animate: false });
  }
  function draw() {
    Object.keys(groups).forEach(function (key) { groups[key].clearLayers(); });
    gnomon.dots.clearLayers();
    shapes = {};
    if (dated) play(false);
    dated = { photos: [], clues: [], timer: 0, waiting: false };
    choices.build(unit, data.rungs, soon);
    drawAreas();
    unit.clues.forEach(drawClue);
    drawPhotos();
    drawRest();
    fill();
    period();
    dated.shown = dated.photos.length;
    dated.head = dated.photos[0];
  }
  function dress() {
    Object.keys(outlines).forEach(function (code) {
      if (code.indexOf(".") < 0) outlines[code].setStyle({ fillColor: colour("land"), color: colour("edge") });
    });
  }
  function start() {
    map.attributionControl.setPrefix("Leaflet");
    map.attributionControl.addAttribution("Natural Earth (public domain) · GeoNames (CC BY 4.0) · Boundaries are no opinion on status");
    var north = L.control({ position: "topleft" }), switches = document.querySelector(".leaflet-control-layers");
    north.onAdd = function () { return el("div", "N ↑", "north"); };
    north.addTo(map);
    // Over the map the list would hide a third of it.
    if (switches) document.getElementById("switches").appendChild(switches);
    map.eachLayer(function (l) { if (l.feature && l.feature.properties.code) outlines[l.feature.properties.code] = l; });
    document.title = "Map: " + data.question;
    put("question", data.question);
    put("attribution", data.attribution);
    put("digest", data.digest);
    if (data.left_out) put("left", data.left_out + " more units are not on this map; they stand in the report.");
    var choice = document.getElementById("unit");
    data.units.forEach(function (u, i) { choice.add(new Option(u.name, i)); });
    function choose(i) { unit = data.units[i]; draw(); frame(); tidy(); }
    choice.addEventListener("change", function () { choose(choice.value); });
    document.getElementById("when").addEventListener("input", soon);
    document.getElementById("span").addEventListener("change", soon);
    document.getElementById("shade").addEventListener("change", drawAreas);
    document.getElementById("play").addEventListener("click", function () { play(document.getElementById("play").getAttribute("aria-pressed") !== "true"); });
    map.on("zoomend overlayadd", tidy);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", function () { dress(); draw(); tidy(); });
    window.addEventListener("hashchange", function () {
      mark(document.getElementById(location.hash.slice(1)), true);
    });
    dress();
    if (data.units.length) choose(0);
  }
  document.addEventListener("DOMContentLoaded", function () { if (map) start(); });
  return {
    dots: null,
    deepest: 9,
    now: filter,
    layer: function (key, onto) {
      if (!map) {
        map = onto;
        [["shares", 350], ["roles", 360], ["marks", 450]].forEach(function (pane) { map.createPane(pane[0]).style.zIndex = pane[1]; });
        gnomon.dots = L.markerClusterGroup({ maxClusterRadius: 45, clusterPane: "marks" });
      }
      groups[key] = key === "heat" ? L.layerGroup() : L.featureGroup();
      return groups[key];
    }
  };
})();
