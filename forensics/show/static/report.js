"use strict";
(function () {
  var root = document.documentElement;
  root.classList.add("scripted");
  function all(el, sel) { return Array.prototype.slice.call(el.querySelectorAll(sel)); }
  function percent(ppm) {
    if (ppm < 10000) return "<1 %";
    if (ppm > 990000) return ">99 %";
    return Math.floor((ppm + 5000) / 10000) + " %";
  }
  function setUp(box) {
    var boxes = all(box, "[data-box]"), status = box.querySelector("[data-status]");
    var rows = all(box, "[data-prior]").map(function (el) {
      return {
        el: el, out: el.querySelector("[data-out]"), name: el.querySelector("[data-id]").textContent,
        prior: +el.getAttribute("data-prior"), cells: all(el, "[data-group]")
      };
    });
    function work() {
      var out = {}, n = 0;
      boxes.forEach(function (b) {
        out[b.getAttribute("data-box")] = b.checked;
        n += b.checked ? 1 : 0;
      });
      function posterior(skip) {
        var logs = rows.map(function (r) {
          var sum = 0;
          r.cells.forEach(function (c) {
            if (!skip[c.getAttribute("data-group")]) sum += +c.getAttribute("data-mdb");
          });
          return r.prior > 0 ? sum / 10000 * Math.LN10 + Math.log(r.prior) : -Infinity;
        });
        var top = Math.max.apply(null, logs), whole = 0;
        var parts = logs.map(function (v) { var p = Math.exp(v - top); whole += p; return p; });
        return parts.map(function (p) { return p / whole; });
      }
      function order(ps) {
        return ps.map(function (p, i) { return i; }).sort(function (a, b) { return ps[b] - ps[a] || a - b; });
      }
      var now = posterior(out), rank = order(now), first = order(posterior({}))[0];
      rows.forEach(function (r, i) {
        var ppm = Math.round(now[i] * 1e6);
        r.out.textContent = percent(ppm);
        r.out.setAttribute("data-ppm", ppm);
        r.cells.forEach(function (c) {
          c.classList.toggle("left-out", !!out[c.getAttribute("data-group")]);
        });
      });
      all(box, "[data-said]").forEach(function (s) {
        s.textContent = out[s.getAttribute("data-said")] ? " left out" : "";
      });
      var lead = rows[rank[0]], text = n + " of " + boxes.length + " groups left out. Leader " +
        lead.name + ", " + lead.out.textContent;
      if (rank.length > 1 && now[rank[1]] > 0) {
        text += ", ahead of " + rows[rank[1]].name + " by " +
          (10 * Math.log(now[rank[0]] / now[rank[1]]) / Math.LN10).toFixed(1) + " dB";
      }
      status.textContent = text + ". " + (rank[0] === first ? "The leader did not change." : "The leader changed.");
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
        var known = all(document, "#source-table .hash").some(function (c) { return c.textContent === hex; });
        document.getElementById("picked").textContent = hex +
          (known ? " is one of these files." : " is none of these files.");
      });
    });
  }
})();
