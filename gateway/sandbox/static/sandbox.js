// The phones of the sandbox. Everything is drawn from text, never from markup that arrived.
const CHANNELS = { zalo: "Zalo", "zalo-zbs": "Zalo, tin mẫu", sms: "SMS", email: "Thư điện tử", telegram: "Telegram" };
const FAULTS = {
  error: "báo lỗi theo mã", server_error: "lỗi máy chủ (502)", hang: "treo", drop: "nhận rồi rớt mạng",
  unreadable: "trả lời không đọc được", lost_receipt: "mất biên nhận", late_receipt: "biên nhận đến trễ",
  twice_receipt: "biên nhận đến hai lần",
};
const phones = document.getElementById("phones");
const told = document.getElementById("told");
const lists = new Map();
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
  told.textContent = answer.ok ? "" : `Chưa làm được: ${said.problem}.`;
  if (answer.ok) await describe();
}

function phone(who) {
  if (!lists.has(who)) {
    const section = make("section", "", "phone");
    section.append(make("h3", who));
    const list = make("ol");
    section.append(list);
    phones.prepend(section);
    lists.set(who, list);
  }
  return lists.get(who);
}

function draw(one) {
  const item = make("li", "", one.outgoing ? "message said" : "message");
  const time = new Date(one.at * 1000).toLocaleTimeString("vi-VN");
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
      for (const one of arrivals) {
        draw(one);
        last = one.id;
      }
      if (arrivals.length) document.getElementById("empty").hidden = true;
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

async function describe() {
  const state = await (await fetch("/api/state")).json();
  fill(document.getElementById("people"), state.people.map((one) =>
    [one.phone, `${one.name} · ${one.phone}${one.has_zalo ? "" : " · không dùng Zalo"}`]));
  fill(document.getElementById("providers"), state.providers.map((one) => [one, one]));
  fill(document.getElementById("kinds"), state.kinds.map((one) => [one.kind, FAULTS[one.kind]]));
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

describe();
follow();
