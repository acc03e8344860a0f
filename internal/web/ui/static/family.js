// A drawing wider than the screen begins with the batch that it is about.
"use strict";

for (const graph of document.querySelectorAll(".graph")) {
  const root = graph.querySelector("[aria-current]");
  if (!root) continue;
  const box = root.getBoundingClientRect();
  const frame = graph.getBoundingClientRect();
  graph.scrollLeft = box.left + box.width / 2 - frame.left - graph.clientWidth / 2;
  graph.scrollTop = box.top + box.height / 2 - frame.top - graph.clientHeight / 2;
}
