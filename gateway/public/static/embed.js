// One tag on a ward's own page: <script src="https://…/nhung.js" defer></script>
// Draws a button; the chat opens in a frame of our own address, so this page reads nothing of it.
(function () {
  "use strict";
  var script = document.currentScript;
  if (!script || document.getElementById("motcua-hoi-dap")) return;
  var home = new URL(script.src).origin;
  var OPEN = "motcua_open";

  var css =
    ":host{all:initial;position:static}" +
    "*{box-sizing:border-box;font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',sans-serif}" +
    "[hidden]{display:none!important}" +
    "button{font-size:17px;font-weight:600;line-height:1.3;min-height:48px;border:0;cursor:pointer;" +
    "color:#fff;background:#0b5751}" +
    "button:hover{background:#073f3b}" +
    "button:focus-visible{outline:3px solid #fff;outline-offset:-5px;box-shadow:0 0 0 3px #0b5751}" +
    ".launch{position:fixed;right:16px;bottom:16px;z-index:2147483000;padding:10px 20px;border-radius:26px;" +
    "box-shadow:0 4px 18px rgba(0,0,0,.28)}" +
    ".panel{position:fixed;right:16px;bottom:16px;z-index:2147483000;display:flex;flex-direction:column;" +
    "width:420px;max-width:calc(100vw - 32px);height:min(680px,calc(100vh - 32px));" +
    "border:1px solid #7d827b;border-radius:12px;overflow:hidden;background:#faf8f3;" +
    "box-shadow:0 8px 40px rgba(0,0,0,.3)}" +
    ".bar{flex:none;display:flex;align-items:center;justify-content:space-between;background:#0b5751;" +
    "color:#fff;padding-left:16px;font-size:17px;font-weight:600}" +
    "iframe{flex:1;width:100%;border:0;min-height:0}" +
    ".trap{position:absolute;width:1px;height:1px;overflow:hidden}" +
    "@media (max-width:520px),(max-height:520px){.panel{inset:0;width:auto;max-width:none;height:auto;" +
    "border:0;border-radius:0}}" +
    "@media (prefers-color-scheme:dark){.panel{background:#111715;border-color:#7f8e88}}" +
    "@media (forced-colors:active){button{border:2px solid}}" +
    "@media print{.launch,.panel{display:none}}";

  function make(name, attributes, words) {
    var element = document.createElement(name);
    Object.keys(attributes).forEach(function (key) {
      element.setAttribute(key, attributes[key]);
    });
    if (words) element.textContent = words;
    return element;
  }

  var host = make("div", { id: "motcua-hoi-dap", lang: "vi" });
  var root = host.attachShadow({ mode: "open" });
  try {
    var sheet = new CSSStyleSheet(); // allowed by a strict style-src, which a <style> is not
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
  } catch (old) {
    root.append(make("style", {}, css));
  }
  var launch = make("button", { type: "button", class: "launch", "aria-haspopup": "dialog" }, "Hỏi đáp thủ tục");
  var panel = make("div", { class: "panel", role: "dialog", "aria-label": "Hỏi đáp thủ tục hành chính" });
  var bar = make("div", { class: "bar" });
  var close = make("button", { type: "button" }, "Đóng");
  var frame = make("iframe", { title: "Hỏi đáp thủ tục hành chính" });
  var before = make("div", { class: "trap", tabindex: "0" });
  var after = make("div", { class: "trap", tabindex: "0" });
  bar.append(make("span", { "aria-hidden": "true" }, "Hỏi đáp thủ tục"), close);
  panel.append(before, bar, frame, after);
  panel.hidden = true;
  root.append(launch, panel);

  // Where the panel covers the page, the keyboard stays in it; elsewhere it may walk on.
  function covers() {
    return window.matchMedia("(max-width:520px),(max-height:520px)").matches;
  }
  before.addEventListener("focus", function () {
    if (covers()) frame.focus();
  });
  after.addEventListener("focus", function () {
    if (covers()) close.focus();
  });

  function remember(value) {
    try {
      sessionStorage.setItem(OPEN, value);
    } catch (blocked) {
      // A page without storage forgets; the chat itself does not.
    }
  }

  function show(byHand) {
    if (!frame.src) frame.src = home + "/chat/khung";
    panel.setAttribute("aria-modal", String(covers()));
    panel.hidden = false;
    launch.hidden = true;
    launch.textContent = "Hỏi đáp thủ tục";
    remember("1");
    if (byHand) frame.focus();
  }

  function hide() {
    panel.hidden = true;
    launch.hidden = false;
    remember("");
    launch.focus();
  }

  launch.addEventListener("click", function () {
    show(true);
  });
  close.addEventListener("click", hide);
  panel.addEventListener("keydown", function (event) {
    if (event.key === "Escape") hide();
  });
  window.addEventListener("message", function (event) {
    if (event.source !== frame.contentWindow || event.origin !== home || !event.data) return;
    if (event.data.motcua === "close") hide();
    if (event.data.motcua === "news" && panel.hidden) launch.textContent = "Hỏi đáp thủ tục: có tin mới";
  });

  function start() {
    document.body.append(host);
    var open = "";
    try {
      open = sessionStorage.getItem(OPEN) || "";
    } catch (blocked) {
      open = "";
    }
    if (open) show(false);
  }
  if (document.body) start();
  else document.addEventListener("DOMContentLoaded", start);
})();
