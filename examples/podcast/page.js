// A page that leaves its big download to the browser: close it, and the download goes on.

const FETCH_ID = "my-fetch";
const EPISODE_BYTES = 50_040_000;

const status = document.querySelector("#status");
const progress = document.querySelector("#progress");
const download_button = document.querySelector("#download");
const abort_button = document.querySelector("#abort");

/** Show how far a background fetch is, now and whenever it moves. */
function follow(fetch) {
  const show = () => {
    progress.hidden = false;
    abort_button.hidden = fetch.result !== "";
    progress.value = fetch.downloadTotal ? fetch.downloaded / fetch.downloadTotal : 0;
    const percent = Math.round(progress.value * 100);
    status.textContent = fetch.result === "" ? `Downloading: ${percent} %` : `Download: ${fetch.result}`;
    console.log(status.textContent);
  };
  fetch.addEventListener("progress", show);
  abort_button.onclick = () => fetch.abort();
  show();
}

async function download() {
  download_button.disabled = true;
  const registration = await navigator.serviceWorker.ready;
  const fetch = await registration.backgroundFetch.fetch(FETCH_ID, ["/ep-5.mp3", "ep-5-artwork.jpg"], {
    title: "Episode 5: Interesting things.",
    icons: [{ sizes: "192x192", src: "icon-192.png", type: "image/png" }],
    downloadTotal: EPISODE_BYTES + 20_000,
  });
  follow(fetch);
}

async function start() {
  if (!("BackgroundFetchManager" in self)) {
    status.textContent = "This browser has no Background Fetch.";
    download_button.hidden = true;
    return;
  }
  await navigator.serviceWorker.register("sw.js");
  const registration = await navigator.serviceWorker.ready;
  const cached = await caches.match("/ep-5.mp3");
  const running = await registration.backgroundFetch.get(FETCH_ID);
  if (cached) {
    status.textContent = "Downloaded: it plays offline.";
  } else if (running) {
    follow(running);
  } else if (new URL(location).searchParams.get("autostart") !== "no") {
    await download();
  }
}

download_button.addEventListener("click", () => download().catch((error) => { status.textContent = String(error); }));
navigator.serviceWorker?.addEventListener("message", (event) => { status.textContent = event.data; });
start();
