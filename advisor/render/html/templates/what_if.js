"use strict";
// Shows the precomputed answer to the values that are chosen; without this script the section stays hidden.
for (const section of document.querySelectorAll(".what-if")) {
  const {levels, sentences, colors, cells} = JSON.parse(section.querySelector("script").textContent);
  const form = section.querySelector("form");
  const answer = section.querySelector("output");
  const bars = [...section.querySelectorAll(".bars li")];
  const shown = code => code === 0 ? "0" : code === 1 ? "<0.01" : code === 101 ? ">0.99" : code === 102 ? "1.00"
    : ((code - 1) / 100).toFixed(2);
  const width = 2 + bars.length;
  const show = () => {
    let place = 0;
    levels.forEach((count, control) => {
      const chosen = form.querySelector(`input[data-control="${control}"]:checked`);
      place = place * count + Number(chosen.value);
    });
    const [sentence, color, ...codes] = cells.slice(place * width, (place + 1) * width);
    answer.textContent = sentences[sentence];
    answer.style.setProperty("--c", `var(--${colors[color]})`);
    const most = Math.max(...codes);
    bars.forEach((row, at) => {
      row.classList.toggle("strong", codes[at] > 0 && codes[at] === most);
      row.querySelector(".bar").style.width = `${Math.min(100, Math.max(0, codes[at] - 1))}%`;
      row.querySelector(".value").textContent = shown(codes[at]);
    });
  };
  form.addEventListener("change", show);
  form.addEventListener("reset", () => setTimeout(show));
  section.hidden = false;
}
