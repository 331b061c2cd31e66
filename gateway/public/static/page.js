// What every page may do more when scripts run: letter size, closing the menu, printing.
const SIZES = { medium: "vừa", large: "lớn", largest: "rất lớn" };

function sizeToggle(button) {
  const root = document.documentElement;
  const names = Object.keys(SIZES);
  const words = button.querySelector("span");
  const show = () => {
    words.textContent = "Cỡ chữ: " + SIZES[root.dataset.size];
  };
  button.addEventListener("click", () => {
    root.dataset.size = names[(names.indexOf(root.dataset.size) + 1) % names.length];
    document.cookie = "motcua_size=" + root.dataset.size + "; path=/; max-age=31536000; samesite=lax";
    show();
  });
  show();
  button.hidden = false;
}

function menu(details) {
  const summary = details.querySelector("summary");
  document.addEventListener("click", (event) => {
    if (details.open && !details.contains(event.target)) details.open = false;
  });
  details.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && details.open) {
      event.preventDefault();
      details.open = false;
      summary.focus();
    }
  });
}

// What takes a moment says so, and is not sent twice by a second press.
function busy(form) {
  const button = form.querySelector("[type=submit]");
  const words = button.textContent;
  form.addEventListener("submit", (event) => {
    if (button.textContent !== words) event.preventDefault();
    button.textContent = form.dataset.busy;
  });
  addEventListener("pageshow", () => {
    button.textContent = words;
  });
}

for (const form of document.querySelectorAll("[data-busy]")) busy(form);
for (const button of document.querySelectorAll("#size-toggle")) sizeToggle(button);
for (const details of document.querySelectorAll("details.menu")) menu(details);
for (const button of document.querySelectorAll("[data-print]")) {
  button.addEventListener("click", () => window.print());
  button.hidden = false;
}
