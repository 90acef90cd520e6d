"use strict";
// What the reader chose to see: kinds of clues, rungs and crews, and how areas are shaded.
var choices = (function () {
  var boxes = { kind: [], rung: [], crew: [] }, crews = [];
  function el(name, text) {
    var node = document.createElement(name);
    if (text !== undefined) node.textContent = text;
    return node;
  }
  function field(title, key, values, changed) {
    var set = el("fieldset");
    set.appendChild(el("legend", title));
    boxes[key] = values.map(function (value) {
      var label = el("label"), box = el("input");
      box.type = "checkbox";
      box.checked = true;
      box.addEventListener("change", changed);
      label.appendChild(box);
      label.appendChild(el("span", value.name + (value.n === undefined ? "" : " (" + value.n + ")")));
      set.appendChild(label);
      return { value: value.key, box: box };
    });
    return values.length > 1 ? set : null;
  }
  function counted(clues, key, order) {
    var n = {}, names = [];
    clues.forEach(function (clue) {
      if (!n.hasOwnProperty(clue[key])) { n[clue[key]] = 0; names.push(clue[key]); }
      n[clue[key]] += 1;
    });
    if (order) names = order.filter(function (name) { return names.indexOf(name) >= 0; });
    return names.map(function (name) { return { key: name, name: name, n: n[name] }; });
  }
  function on(key, value) {
    return boxes[key].some(function (b) { return b.value === value && b.box.checked; });
  }
  function shades(unit) {
    var select = document.getElementById("shade"), levels = {}, sets = {};
    while (select.firstChild) select.removeChild(select.firstChild);
    unit.areas.forEach(function (a) { if (a.drawn) levels[a.level] = true; });
    unit.bands.forEach(function (b) { sets[b.level] = b.name; });
    select.add(new Option("probability, as fine as known", "finest"));
    if (levels.country) select.add(new Option("probability of countries", "level:country"));
    if (levels.admin1) select.add(new Option("probability of provinces", "level:admin1"));
    Object.keys(sets).forEach(function (level) {
      select.add(new Option("smallest sets of 50, 80, 95 %: " + sets[level], "set:" + level));
    });
    select.parentNode.hidden = select.length < 2;
  }
  return {
    build: function (unit, rungs, changed) {
      var home = document.getElementById("choices");
      while (home.firstChild) home.removeChild(home.firstChild);
      crews = unit.crews;
      [
        field("Kind of clue", "kind", counted(unit.clues, "kind"), changed),
        field("Rung the clue bears on", "rung", counted(unit.clues, "rung", rungs), changed),
        field("Carried by", "crew", crews.map(function (name, i) { return { key: i, name: name }; }), changed)
      ].forEach(function (set) { if (set) home.appendChild(set); });
      shades(unit);
    },
    crew: function (one) {
      return !crews.length || one.crews.some(function (i) { return on("crew", i); });
    },
    clue: function (clue) {
      return on("kind", clue.kind) && on("rung", clue.rung) && choices.crew(clue);
    },
    shade: function () { return document.getElementById("shade").value || "finest"; }
  };
})();
