"use strict";
(() => {
  const findings = Array.from(document.querySelectorAll(".finding"));
  const form = document.querySelector(".filter");
  const every = document.getElementsByTagName("details");

  if (form) {
    const text = document.getElementById("filter-text");
    const kind = document.getElementById("filter-kind");
    const count = document.getElementById("filter-count");
    const unfold = document.getElementById("unfold");
    const groups = Array.from(document.querySelectorAll(".group"), (group) => ({
      group,
      heading: group.querySelector("h3").textContent.toLowerCase(),
      findings: Array.from(group.querySelectorAll(".finding")),
    }));
    const summaries = new Map();
    const summary = (finding) => {
      if (!summaries.has(finding)) summaries.set(finding, finding.firstElementChild.textContent.toLowerCase());
      return summaries.get(finding);
    };
    const apply = () => {
      const wanted = text.value.trim().toLowerCase();
      let shown = 0;
      for (const { group, heading, findings: members } of groups) {
        const headed = heading.includes(wanted);
        let here = 0;
        for (const finding of members) {
          const fits = (!kind.value || finding.classList.contains(kind.value)) && (headed || summary(finding).includes(wanted));
          finding.hidden = !fits;
          if (fits) here += 1;
        }
        group.hidden = !here;
        shown += here;
      }
      count.textContent = wanted || kind.value ? `${shown.toLocaleString("en-GB")} of ${findings.length.toLocaleString("en-GB")} shown` : "";
    };
    let waiting = 0;
    text.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(apply, 120);
    });
    kind.addEventListener("change", apply);
    form.addEventListener("submit", (event) => event.preventDefault());
    const label = () => {
      unfold.textContent = findings.some((finding) => !finding.open) ? "Unfold all" : "Fold all";
    };
    unfold.addEventListener("click", () => {
      const open = findings.some((finding) => !finding.open);
      for (const finding of findings) finding.open = open;
      label();
    });
    label();
    form.hidden = false;
  }

  // Paper cannot be unfolded.
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = Array.from(every).filter((fold) => !fold.open);
    for (const fold of folded) fold.open = true;
  });
  addEventListener("afterprint", () => {
    for (const fold of folded) fold.open = false;
  });
})();
