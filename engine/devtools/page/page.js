// The inspection page. All it knows comes as server-sent events; all it does are the requests at the end.

const $ = (id) => document.getElementById(id);
const articles = new Map(); // unique id → article
const MOST_MESSAGES = 500;

const source = new EventSource("updates");
source.onopen = () => { $("connection").textContent = "live"; $("console").replaceChildren(); };
source.onerror = () => { $("connection").textContent = "the browser has ended, or cannot be reached"; };
source.onmessage = ({ data }) => show(JSON.parse(data));

$("offline").onchange = ({ target }) => post("network", { offline: target.checked });

function show({ profile, offline, pages, registrations, backgroundFetches, messages = [] }) {
  $("profile").textContent = profile;
  $("offline").checked = offline;
  $("pages").replaceChildren(...pages.map(({ title, url }) => element("li", title ? `${title} – ${url}` : url)));
  $("workers").replaceChildren(...registrations.flatMap(({ scope, workers }) => workers.map(({ scriptURL, state, isRunning }) => {
    const row = document.createElement("tr");
    row.append(...[scope, scriptURL, state, isRunning ? "yes" : "no"].map((text) => element("td", text)));
    return row;
  })));
  show_fetches(backgroundFetches);
  for (const { level, source: from, place, text } of messages) {
    const line = element("li", `${place ? place + ": " : ""}${text}  [${from}]`);
    line.className = level;
    $("console").append(line);
  }
  while ($("console").childElementCount > MOST_MESSAGES) {
    $("console").firstElementChild.remove();
  }
}

function show_fetches(fetches) {
  const known = new Set(fetches.map(({ uniqueId }) => uniqueId));
  for (const [id, article] of articles) {
    if (!known.has(id)) {
      article.remove();
      articles.delete(id);
    }
  }
  for (const fetch of fetches) {
    let article = articles.get(fetch.uniqueId);
    if (article === undefined) {
      article = $("fetch").content.firstElementChild.cloneNode(true);
      articles.set(fetch.uniqueId, article);
      $("fetches").prepend(article);
    }
    show_fetch(article, fetch);
  }
}

function show_fetch(article, fetch) {
  const part = (name) => article.querySelector("." + name);
  article.className = fetch.state;
  part("title").textContent = fetch.title || fetch.id;
  part("origin").textContent = fetch.origin;
  part("state").textContent = fetch.state;
  part("figures").textContent = figures(fetch);
  part("reason").textContent = fetch.reason;
  const progress = article.querySelector("progress");
  if (fetch.share === null && fetch.result === "") {
    progress.removeAttribute("value");
  } else {
    progress.value = fetch.share ?? 0;
  }
  show_once(part("icons"), JSON.stringify(fetch.icons), () => fetch.icons.flatMap(({ label, failure }, number) => {
    if (failure) {
      return [];
    }
    const image = document.createElement("img");
    image.alt = label;
    image.src = `icons/${fetch.uniqueId}/${number}`;
    return [image];
  }));
  show_once(part("actions"), fetch.actions.join(), () => fetch.actions.map((action) => {
    const button = element("button", action);
    button.onclick = () => post(`background-fetches/${fetch.uniqueId}/${action}`);
    return button;
  }));
}

// Only what has changed is made anew, so that a button stays where the pointer is.
function show_once(parent, key, make) {
  if (parent.dataset.key !== key) {
    parent.dataset.key = key;
    parent.replaceChildren(...make());
  }
}

function figures(fetch) {
  const parts = [fetch.downloadTotal === null ? bytes(fetch.downloaded) : `${bytes(fetch.downloaded)} of ${bytes(fetch.downloadTotal)}`];
  if (fetch.uploadTotal) {
    parts.push(`${bytes(fetch.uploaded)} of ${bytes(fetch.uploadTotal)} uploaded`);
  }
  parts.push(`${fetch.settledRecords} of ${fetch.records} records`);
  if (fetch.rate !== null) {
    parts.push(bytes(fetch.rate) + "/s");
  }
  if (fetch.timeLeft !== null && fetch.result === "") {
    parts.push(`${Math.ceil(fetch.timeLeft)} s left`);
  }
  if (fetch.eventDue) {
    parts.push("its worker is being told");
  }
  return parts.join(" · ");
}

function bytes(count) {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let unit = 0;
  while (count >= 1000 && unit < units.length - 1) {
    count /= 1000;
    ++unit;
  }
  return `${unit === 0 ? count : count.toFixed(1)} ${units[unit]}`;
}

function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

async function post(path, body = {}) {
  const response = await fetch(path, { method: "POST", body: JSON.stringify(body) });
  if (response.ok) {
    show(await response.json());
  } else {
    $("connection").textContent = await response.text();
  }
}
