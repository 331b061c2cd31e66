// The phones of the sandbox. Everything is drawn from text, never from markup that arrived.
const CHANNELS = { zalo: "Zalo", "zalo-zbs": "Zalo, tin mẫu", sms: "SMS", email: "Thư điện tử", telegram: "Telegram" };
const FAULTS = {
  error: "báo lỗi theo mã", server_error: "lỗi máy chủ (502)", hang: "treo", drop: "nhận rồi rớt mạng",
  unreadable: "trả lời không đọc được", lost_receipt: "mất biên nhận", late_receipt: "biên nhận đến trễ",
  twice_receipt: "biên nhận đến hai lần",
};
const phones = document.getElementById("phones");
const told = document.getElementById("told");
const lists = new Map(); // where the messages to a telephone or a mail box are drawn
const runs = new Map(); // stories on the page, by id
let last = "";

function make(tag, text, className) {
  const element = document.createElement(tag);
  if (text) element.textContent = text;
  if (className) element.className = className;
  return element;
}

async function ask(path, body) {
  const answer = await fetch(path, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  });
  const said = await answer.json();
  told.classList.toggle("wrong", !answer.ok);
  told.textContent = answer.ok ? "" : `Chưa làm được: ${said.problem.replace(/\.$/, "")}.`;
  if (answer.ok) await describe();
  return answer.ok ? said : null;
}

function screen(who, title, level) {
  const section = make("section", "", "phone");
  section.append(make(level, title));
  const list = make("ol");
  section.append(list);
  lists.set(who, list);
  return section;
}

function phone(who) {
  if (!lists.has(who)) {
    phones.prepend(screen(who, who, "h3"));
    lists.get(who).tabIndex = 0; // it scrolls
    document.getElementById("empty").hidden = true;
  }
  return lists.get(who);
}

// A story: the telephone and the mail box of its citizen, and what the ledger says beside them.
function begin(run) {
  const article = make("article", "", "run");
  article.id = `run-${run.id}`;
  article.tabIndex = -1;
  article.append(make("h3", run.title), make("p", run.sentence, "text"));
  const time = new Date(run.at * 1000).toLocaleTimeString("vi-VN", { timeZone: "Asia/Ho_Chi_Minh" });
  article.append(make("p", `Hồ sơ ${run.code} · ${run.name} · ${time}`, "from"));
  const ledger = make("section", "", "ledger");
  ledger.append(make("h4", "Sổ cái kể"));
  const notices = make("div");
  notices.append(make("p", "Đang lập kế hoạch gửi…", "from"));
  const now = make("p", "", "now");
  now.setAttribute("role", "status");
  const link = make("a", "Mở hồ sơ này ở bàn làm việc");
  link.href = run.console;
  link.target = "_blank";
  link.rel = "noopener";
  const where = make("p");
  where.append(link);
  ledger.append(notices, now, where);
  const columns = make("div", "", "columns");
  columns.append(screen(run.phone, `Điện thoại ${run.phone}`, "h4"), screen(run.email, `Hộp thư ${run.email}`, "h4"), ledger);
  article.append(columns);
  document.getElementById("runs").prepend(article);
  document.getElementById("told-stories").hidden = false;
  runs.set(run.id, { ...run, notices, now, said: "" });
}

async function read(run) {
  const answer = await fetch(`/api/runs/${run.id}`);
  const said = await answer.json();
  if (!answer.ok) {
    run.now.textContent = `Chưa đọc được sổ cái: ${said.problem}.`;
    return;
  }
  const whole = JSON.stringify(said.notices);
  if (whole === run.said || !said.notices.length) return;
  run.said = whole;
  run.notices.replaceChildren(...said.notices.flatMap((lines, place) => {
    const list = make("ol");
    list.append(...lines.slice(0, -1).map((line) => make("li", line)));
    return place < said.notices.length - 1 ? [list, make("p", lines.at(-1), "now")] : [list];
  }));
  run.now.textContent = said.notices.at(-1).at(-1);
}

const READ_EVERY = 1500, READ_FOR = 120; // milliseconds; seconds after its beginning
async function readAll() {
  for (const run of runs.values()) {
    const old = Date.now() / 1000 - run.at > READ_FOR;
    if (old && run.said) continue;
    try { await read(run); } catch { /* the sandbox is away: the next round asks again */ }
  }
  setTimeout(readAll, READ_EVERY);
}

function draw(one) {
  const item = make("li", "", one.outgoing ? "message said" : "message");
  const time = new Date(one.at * 1000).toLocaleTimeString("vi-VN", { timeZone: "Asia/Ho_Chi_Minh" });
  const from = one.outgoing ? "Người dân" : one.sender;
  item.append(make("p", `${CHANNELS[one.channel] || one.channel} · ${from} · ${time}`, "from"));
  if (one.title) item.append(make("h4", one.title));
  if (one.text) item.append(make("p", one.text, "text"));
  if (one.rows.length) {
    const table = make("dl");
    for (const [label, value] of one.rows) table.append(make("dt", label), make("dd", value));
    item.append(table);
  }
  for (const name of one.attachments) item.append(make("p", `Tệp kèm: ${name}`, "from"));
  const row = make("div", "", "row");
  for (const button of one.buttons) {
    const drawn = make("button", button.title);
    drawn.type = "button";
    drawn.addEventListener("click", () =>
      button.url ? window.open(button.url, "_blank", "noopener") : ask("/api/press", { id: one.id, payload: button.payload }));
    row.append(drawn);
  }
  if (one.channel === "zalo-zbs") {
    for (const rate of [5, 1]) {
      const drawn = make("button", `Chấm ${rate} sao`);
      drawn.type = "button";
      drawn.addEventListener("click", () => ask("/api/do", { what: "rate", id: one.id, rate }));
      row.append(drawn);
    }
  }
  if (row.children.length) item.append(row);
  const list = phone(one.who);
  list.append(item);
  list.scrollTop = list.scrollHeight;
}

async function follow() {
  for (;;) {
    try {
      const answer = await fetch(`/api/arrivals?wait=1&after=${encodeURIComponent(last)}`);
      const { arrivals } = await answer.json();
      if (arrivals.some((one) => !lists.has(one.who))) await describe();
      for (const one of arrivals) {
        draw(one);
        last = one.id;
      }
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 2000));
    }
  }
}

function fill(select, choices) {
  if (select.children.length) return;
  for (const [value, text] of choices) {
    const option = make("option", text);
    option.value = value;
    select.append(option);
  }
}

function tellStories({ stories, stories_off: off }) {
  const list = document.getElementById("stories");
  document.getElementById("stories-off").textContent = off;
  document.getElementById("stories-off").hidden = !off;
  if (list.children.length) return;
  for (const story of stories) {
    const item = make("li");
    const button = make("button", story.title);
    button.type = "button";
    button.disabled = Boolean(off);
    const sentence = make("p", story.sentence);
    sentence.id = `story-${story.name}`;
    button.setAttribute("aria-describedby", sentence.id);
    button.addEventListener("click", async () => {
      button.disabled = true;
      told.classList.remove("wrong");
      told.textContent = "Đang gửi sự kiện…";
      const begun = await ask("/api/story", { name: story.name });
      button.disabled = false;
      if (begun) document.getElementById(`run-${begun.run}`).focus();
    });
    item.append(button, sentence);
    list.append(item);
  }
}

async function describe() {
  const state = await (await fetch("/api/state")).json();
  fill(document.getElementById("people"), state.people.map((one) =>
    [one.phone, `${one.name} · ${one.phone}${one.has_zalo ? "" : " · không dùng Zalo"}`]));
  fill(document.getElementById("providers"), state.providers.map((one) => [one, one]));
  fill(document.getElementById("kinds"), state.kinds.map((one) => [one.kind, FAULTS[one.kind]]));
  for (const run of state.runs) if (!runs.has(run.id)) begin(run);
  tellStories(state);
  const planned = Object.entries(state.faults).flatMap(([provider, faults]) =>
    faults.map((one) => `${provider}: ${FAULTS[one.kind]}${one.code ? ` ${one.code}` : ""}${one.times ? `, ${one.times} lần` : ""}`));
  document.getElementById("faults").textContent =
    planned.length ? `Đang đặt: ${planned.join("; ")}.` : "Không có lỗi nào được đặt.";
}

document.getElementById("say").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.currentTarget;
  await ask("/api/say", Object.fromEntries(new FormData(form)));
  form.elements.text.value = "";
});
document.getElementById("do").addEventListener("submit", (event) => {
  event.preventDefault();
  ask("/api/do", { what: event.submitter.value, phone: document.getElementById("people").value });
});
document.getElementById("fault").addEventListener("submit", (event) => {
  event.preventDefault();
  ask("/api/fault", Object.fromEntries(new FormData(event.currentTarget)));
});
document.getElementById("quick").addEventListener("click", (event) => {
  const { provider, kind, code, seconds } = event.target.dataset;
  if (provider) ask("/api/fault", { provider, kind, code, seconds, times: 1 });
});
document.getElementById("heal").addEventListener("click", () => ask("/api/heal", {}));

await describe();
readAll();
follow();
