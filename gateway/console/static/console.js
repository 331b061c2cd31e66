// What the pages do beyond forms and links. Everything works without it.
const jobs = document.querySelector("details.jobs");
const narrow = window.matchMedia("(max-width: 61.99rem)");
const fold = () => jobs && (jobs.open = !narrow.matches);
narrow.addEventListener("change", fold);
fold();

// "Hiện mật khẩu đang gõ": without scripts the box stays away.
for (const label of document.querySelectorAll("[data-shows]")) {
  const fields = label.dataset.shows.split(" ").map((id) => document.getElementById(id));
  label.hidden = false;
  label.querySelector("input").addEventListener("change", (event) => {
    for (const field of fields) field.type = event.target.checked ? "text" : "password";
  });
}

// What is typed into a long form and not saved yet stays in this tab: a line that is cut loses none of it.
const form = document.querySelector("form[data-keep]");
if (form) {
  const place = `unsaved:${form.action}`;
  const typed = () =>
    [...new FormData(form)].filter(([name]) => name !== "form_token" && name !== "started_from");
  const shown = JSON.stringify(typed());
  if (document.querySelector("[data-saved]")) sessionStorage.removeItem(place);
  const kept = sessionStorage.getItem(place);
  form.addEventListener("input", () => sessionStorage.setItem(place, JSON.stringify(typed())));
  const offer = document.querySelector("[data-unsaved]");
  if (offer && kept && kept !== shown) {
    offer.hidden = false;
    offer.querySelector("[data-again]").addEventListener("click", () => {
      const words = new Map(JSON.parse(kept));
      for (const field of form.elements) {
        if (field.type === "checkbox") field.checked = words.has(field.name);
        else if (words.has(field.name)) field.value = words.get(field.name);
      }
      offer.hidden = true;
      form.dispatchEvent(new Event("input", { bubbles: true }));
    });
    offer.querySelector("[data-drop]").addEventListener("click", () => {
      sessionStorage.removeItem(place);
      offer.hidden = true;
    });
  }
}
for (const leaving of document.querySelectorAll('form[action="/console/dang-xuat"]')) {
  leaving.addEventListener("submit", () => sessionStorage.clear());
}
