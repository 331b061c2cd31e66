// Joins the parts: what is written or pressed goes down the line, what comes back stands in the log.
import { Composer } from "./composer.js";
import { listenForEscape, tellAround } from "./framed.js";
import { Line } from "./line.js";
import { Log } from "./log.js";
import { Speech } from "./speech.js";
import { Waiting } from "./waiting.js";

const PATIENCE = 30000; // milliseconds until a question without an answer is called failed

const log = new Log();
const waiting = new Waiting(() => {
  if (log.atEnd()) log.toEnd();
});
const speech = new Speech(document.getElementById("speech-toggle"));
const status = document.getElementById("line");
const title = document.title;
const pending = new Map(); // questions under way, by the page's own number
let cursor = log.element.dataset.cursor;

function newNumber() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function ask(frame, words, press) {
  if (line.isBlocked) {
    composer.submitPlainly(words, press);
    return;
  }
  frame.id = newNumber();
  const item = { frame, words, press, message: log.mine(words, frame.id), timer: 0 };
  pending.set(frame.id, item);
  send(item);
}

function send(item) {
  clearTimeout(item.timer);
  if (!line.isOpen) {
    lineStands("broken");
    return;
  }
  line.send(item.frame);
  item.timer = setTimeout(() => fail(item, "Chưa nhận được câu trả lời. Câu hỏi vẫn còn đây."), PATIENCE);
}

function fail(item, text) {
  waiting.end(item.frame.id);
  log.failed(item.message, text, () => {
    pending.set(item.frame.id, item);
    send(item);
  });
}

function settle(id) {
  waiting.end(id);
  const item = pending.get(id);
  if (!item) return;
  clearTimeout(item.timer);
  item.message.classList.remove("unsent");
  log.clearFailure(item.message);
  pending.delete(id);
}

function show(frame) {
  const message = log.reply(frame);
  if (!message) return;
  speech.read(message);
  if (document.hidden) document.title = "● Có tin mới · " + title;
  tellAround("news");
}

const onFrame = {
  ready: (frame) => {
    cursor = frame.cursor || cursor;
    pending.forEach(send);
  },
  said: (frame) => log.kept(frame),
  typing: (frame) => {
    const item = pending.get(frame.for);
    if (item) item.message.classList.remove("unsent");
    waiting.begin(frame.for, frame.text);
  },
  reply: show,
  notice: (frame) => log.remark(frame.text),
  error: (frame) => {
    const item = pending.get(frame.for);
    if (!item) return;
    clearTimeout(item.timer);
    pending.delete(frame.for);
    fail(item, frame.text);
  },
  done: (frame) => settle(frame.for),
};

// While the line is down nothing is being done for the citizen: say so once, with a way to hurry.
function lineStands(state) {
  status.textContent = "";
  if (state === "open") return;
  if (line.isBlocked && pending.size) {
    const [first] = pending.values();
    composer.submitPlainly(first.words, first.press);
    return;
  }
  pending.forEach((item) => {
    clearTimeout(item.timer);
    waiting.end(item.frame.id);
    item.message.classList.add("unsent");
  });
  if (line.failures < 2 && pending.size === 0) return; // a blink, nothing lost
  const sign = document.getElementById("template-line").content.firstElementChild.cloneNode(true);
  sign.querySelector(".words").textContent = pending.size
    ? "Mất kết nối. Câu hỏi sẽ tự gửi khi nối lại."
    : "Mất kết nối, đang nối lại…";
  sign.querySelector("button").addEventListener("click", () => line.now());
  status.append(sign);
}

const line = new Line(log.element.dataset.home, {
  cursor: () => cursor,
  onState: lineStands,
  onFrame: (frame) => {
    const handle = onFrame[frame.type];
    if (handle) handle(frame);
    if (frame.cursor) cursor = frame.cursor;
  },
});

const composer = new Composer((text) => {
  if (!text.trim()) {
    composer.focus();
    return true;
  }
  if (line.isBlocked) return false; // the form goes its plain way
  ask({ type: "message", text }, text.trim());
  return true;
});

document.addEventListener("click", (event) => {
  const button = event.target.closest('button[name="press"]');
  if (!button || !line) return;
  event.preventDefault();
  const space = button.value.indexOf(" ");
  const action = decodeURIComponent(button.value.slice(0, space));
  const words = button.value.slice(space + 1);
  const frame = action ? { type: "press", action, title: words } : { type: "message", text: words };
  ask(frame, words, button.value);
});

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) document.title = title;
});

if (document.body.classList.contains("framed")) listenForEscape();
line.open();
composer.sendWhatWaited();
