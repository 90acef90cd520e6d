"use strict";
document.documentElement.classList.add("scripted");
function all(el, sel) { return Array.prototype.slice.call(el.querySelectorAll(sel)); }
function num(el, name) { return +el.getAttribute("data-" + name); }
function percent(ppm) {
  if (ppm < 10000) return "<1 %";
  if (ppm > 990000) return ">99 %";
  return Math.floor((ppm + 5000) / 10000) + " %";
}
function setUp(box) {
  var boxes = all(box, "[data-box]"), status = box.querySelector("[data-status]");
  var rows = all(box, "[data-prior]").map(function (el) {
    return {
      out: el.querySelector("[data-out]"), name: el.querySelector("[data-id]").textContent,
      prior: num(el, "prior"), claim: el.hasAttribute("data-claim"),
      cells: all(el, "[data-group]").map(function (c) {
        return { el: c, group: num(c, "group"), mdb: num(c, "mdb"), off: false };
      })
    };
  });
  function posterior(skip) {
    var logs = rows.map(function (r) {
      var sum = 0;
      r.cells.forEach(function (c) { if (!skip[c.group]) sum += c.mdb; });
      return r.prior > 0 ? sum / 10000 * Math.LN10 + Math.log(r.prior) : -Infinity;
    });
    var top = Math.max.apply(null, logs), whole = 0;
    var parts = logs.map(function (v) { var p = Math.exp(v - top); whole += p; return p; });
    return parts.map(function (p) { return p / whole; });
  }
  function order(ps) {
    return ps.map(function (p, i) { return i; }).sort(function (a, b) {
      return ps[b] - ps[a] || a - b;
    });
  }
  var first = order(posterior({}))[0];
  function work() {
    var out = {}, n = 0, claim = 0, parts = 0;
    boxes.forEach(function (b) {
      out[num(b, "box")] = b.checked;
      n += b.checked ? 1 : 0;
    });
    var now = posterior(out), rank = order(now);
    rows.forEach(function (r, i) {
      var ppm = Math.round(now[i] * 1e6);
      r.out.textContent = percent(ppm);
      r.out.setAttribute("data-ppm", ppm);
      if (r.claim) { claim += now[i]; parts++; }
      r.cells.forEach(function (c) {
        if (c.off !== out[c.group]) c.el.classList.toggle("left-out", c.off = out[c.group]);
      });
    });
    all(box, "[data-said]").forEach(function (s) {
      s.textContent = out[num(s, "said")] ? " left out" : "";
    });
    var lead = rows[rank[0]], next = now[rank[1]], text = n + " of " + boxes.length +
      " groups left out. Leader " + lead.name + ", " + lead.out.textContent;
    if (next > 0) {
      text += ", ahead of " + rows[rank[1]].name + " by " +
        (10 * Math.log(now[rank[0]] / next) / Math.LN10).toFixed(1) + " dB";
    }
    if (parts > 1) text += "; rows of the conclusion together " + percent(Math.round(claim * 1e6));
    status.textContent = text + ". The leader " +
      (rank[0] === first ? "did not change." : "changed.");
  }
  function tick(which) {
    boxes.forEach(function (b) { b.checked = which(b); });
    work();
  }
  if (!boxes.length) return;
  boxes.forEach(function (b) { b.addEventListener("change", work); });
  box.querySelector("[data-all]").addEventListener("click", function () {
    tick(function (b) { return b.hasAttribute("data-settable"); });
  });
  box.querySelector("[data-none]").addEventListener("click", function () {
    tick(function () { return false; });
  });
  work();
}
all(document, "[data-leave]").forEach(setUp);
var pick = document.getElementById("pick");
if (pick && window.crypto && crypto.subtle) {
  pick.addEventListener("change", function () {
    pick.files[0].arrayBuffer().then(function (bytes) {
      return crypto.subtle.digest("SHA-256", bytes);
    }).then(function (sum) {
      var hex = Array.prototype.map.call(new Uint8Array(sum), function (b) {
        return ("0" + b.toString(16)).slice(-2);
      }).join("");
      var known = all(document, ".hash").some(function (c) { return c.textContent === hex; });
      document.getElementById("picked").textContent = hex +
        (known ? " is printed in this report." : " is not printed in this report.");
    });
  });
}
