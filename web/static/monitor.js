// The monitor: charts beside their tables, and news once a minute while somebody looks. Without it the tables say all.
"use strict";

const drawn = new Map();
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

function draw(figure) {
  const told = JSON.parse(figure.dataset.chart);
  const line = told.kind === "line";
  const grid = { color: colour("line") };
  const text = colour("quiet");
  const stacked = told.kind === "stacked";
  const datasets = told.series.map((one, index) => ({
    label: one.name,
    data: one.values,
    borderColor: colour(one.tone),
    backgroundColor: colour(one.tone),
    borderWidth: line ? 2 : 0,
    borderDash: line && index ? [6, 4] : [],
    pointStyle: index ? "rect" : "circle",
    pointRadius: told.labels.length > 20 ? 0 : 3,
    spanGaps: true,
  }));
  figure.querySelector(".drawn").hidden = false;
  drawn.set(figure, new Chart(figure.querySelector("canvas"), {
    type: line ? "line" : "bar",
    data: { labels: told.labels, datasets },
    options: {
      animation: false,
      maintainAspectRatio: false,
      interaction: { mode: "index", intersect: false },
      plugins: { legend: { display: datasets.length > 1, labels: { color: text, usePointStyle: true, boxWidth: 8, boxHeight: 8 } } },
      scales: {
        x: { stacked, grid: { display: false }, ticks: { color: text, maxRotation: 0, autoSkip: true } },
        y: { stacked, grid, beginAtZero: true, max: told.unit === "%" ? 100 : undefined, ticks: { color: text, precision: 0, callback: (value) => `${value.toLocaleString(document.documentElement.lang)}${told.unit && ` ${told.unit}`}` } },
      },
    },
  }));
}

function drawAll() {
  for (const [figure, chart] of drawn) {
    if (!figure.isConnected) {
      chart.destroy();
      drawn.delete(figure);
    }
  }
  document.querySelectorAll("[data-chart]").forEach((figure) => drawn.has(figure) || draw(figure));
}

addEventListener("DOMContentLoaded", () => {
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  drawAll();
  new MutationObserver(drawAll).observe(document.querySelector("main"), { childList: true });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    for (const [figure, chart] of drawn) {
      chart.destroy();
      drawn.delete(figure);
      requestAnimationFrame(() => draw(figure));
    }
  });
  const asks = document.querySelector("[data-refresh]");
  const every = Number(asks.dataset.refresh) * 1000;
  let asked = performance.now();
  const look = () => {
    if (document.hidden || performance.now() - asked < every) return;
    asked = performance.now();
    asks.dispatchEvent(new CustomEvent("refresh"));
  };
  setInterval(look, 5000);
  document.addEventListener("visibilitychange", look);
});
