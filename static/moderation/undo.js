/** What one did last: counts down to the moment it is told. Without this: a button and a time. (The key: keys.js.) */
const bar = document.querySelector(".recent-acts");

function countDown(place) {
  const until = Date.now() + Number(place.dataset.seconds) * 1000;
  const words = place.dataset.words;
  const tick = () => {
    const left = Math.ceil((until - Date.now()) / 1000);
    if (left <= 0) {
      place.textContent = place.dataset.over;
      return;
    }
    place.textContent = words.replace("{seconds}", String(left));
    setTimeout(tick, 1000);
  };
  tick();
}

for (const place of bar?.querySelectorAll("[data-seconds]") ?? []) countDown(place);
