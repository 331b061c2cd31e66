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
