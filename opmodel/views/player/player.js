/* Replays one possible future: boxes with queues, shapes that move between them. Names are user text: textContent only.
   Times are working days from the start. Nodes: directorates, then teams, then board, delivered, abandoned. */

const kept = new WeakMap(); // by parent element: the time shown and the settings, which outlive a rerun of the page
let latest = null; // the same, for a player that the page has put in the place of another
const SEEN = 0.7; // seconds that a shape moves at least
const NARROW = 560; // pixels
const PLAY = "M3 1l11 7-11 7z", PAUSE = "M3 1h4v14H3zM9 1h4v14H9z";
const number = (n) => n.toLocaleString("en-GB");
const tasks = (n) => `${number(n)} ${n === 1 ? "task" : "tasks"}`;

function made(tag, name, parent, text) {
  const element = document.createElement(tag);
  element.className = name;
  if (text !== undefined) element.textContent = text;
  parent.append(element);
  return element;
}

function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function goesTo(data, node) {
  return data.trips.to.includes(node);
}

/** Fill the columns with boxes; returns the box of each node and what is to be brought up to date in them. */
function build(root, data) {
  const column = {}, pile = {};
  for (const name of ["asks", "spokes", "hubs", "ends"]) {
    column[name] = root.querySelector(`.${name}`);
    column[name].replaceChildren();
  }
  const stage = root.querySelector(".stage");
  const isHub = data.teams.map((team) => team.kind !== "spoke");
  const board = data.directorates.length + data.teams.length;
  const gated = goesTo(data, board) || data.board.some((n) => n > 0);
  stage.classList.toggle("no-spokes", isHub.every(Boolean));
  stage.classList.toggle("no-hubs", !gated && !isHub.some(Boolean));
  made("div", "heading", column.asks, "Who asks");
  made("div", "heading", column.spokes, isHub.some(Boolean) ? "Near the directorates" : "Teams");
  made("div", "heading", column.hubs, isHub.every(Boolean) ? "One team for all" : isHub.some(Boolean) ? "At the centre" : "Decides");
  made("div", "heading", column.ends, "How it ends");
  for (const name of Object.keys(column)) pile[name] = made("div", "pile", column[name]);
  const nodes = [], live = [];
  const all = made("div", "box all", pile.asks);
  made("div", "name", all, `Who asks: ${data.directorates.length} directorates`);
  for (const name of data.directorates) {
    const box = made("div", "box", pile.asks);
    made("div", "name", box, name);
    nodes.push(box);
  }
  const asking = made("div", "about", pile.asks, "");
  live.push((day) => say(asking, `${number(data.requester[day])} waiting for their answer to a question`));
  const longest = Math.max(1, ...data.teams.map((team) => Math.max(...team.waiting)));
  for (const [k, team] of data.teams.entries()) {
    const box = made("div", isHub[k] ? "box team hub" : "box team", isHub[k] ? pile.hubs : pile.spokes);
    made("div", "name", box, team.name);
    const count = made("div", "count", box);
    const fill = made("div", "fill", made("div", "track", box));
    const about = made("div", "about", box);
    const posts = team.seats === null ? "fewer than three posts" : `${number(team.seats)} posts`;
    nodes.push(box);
    live.push((day) => {
      const waiting = team.waiting[day];
      say(count, `${number(waiting)} waiting`);
      fill.style.width = `${(100 * waiting) / longest}%`;
      const week = Math.min(data.weeks, Math.floor(day / 5));
      const shown = team.busy && team.busy[day] !== null;
      say(about, shown ? `${number(team.busy[day])} of ${number(team.filled[week])} with a task` : posts);
    });
  }
  const put = (where, title, values, words) => {
    const box = made("div", "box place", where);
    made("div", "name", box, title);
    const count = made("div", words ? "count" : "big", box);
    nodes.push(box);
    live.push((day) => say(count, words ? words(values[day]) : number(values[day])));
    return box;
  };
  put(pile.hubs, "Governance board", data.board, (n) => `${number(n)} ${n === 1 ? "paper" : "papers"} waiting`)
    .hidden = !gated;
  put(pile.ends, "Delivered", data.delivered);
  put(pile.ends, "Given up", data.abandoned);
  if (data.blocked.some((n) => n > 0)) {
    const stuck = made("div", "about stuck", pile.hubs);
    live.push((day) => {
      stuck.classList.toggle("none", data.blocked[day] === 0);
      say(stuck, `${number(data.blocked[day])} blocked: nobody has the skill`);
    });
  }
  root.querySelector(".upkeep-item").hidden = !data.trips.duty.includes(2);
  say(root.querySelector(".scale"), `tasks waiting (the longest bar: ${number(longest)})`);
  stage.setAttribute("aria-label",
    `The structure as boxes: ${data.directorates.length} directorates ask, ${data.teams.length} ` +
    `${data.teams.length === 1 ? "team answers" : "teams answer"}, bars show the tasks waiting at each. ` +
    "The sentence below tells how it stands at the week shown, the tables how it goes on.");
  return { nodes, live, all };
}

/** How a week stands, in words. */
function summary(data, day) {
  const week = Math.floor(day / 5);
  const most = data.teams.reduce((a, b) => (b.waiting[day] > a.waiting[day] ? b : a));
  const queue = most.waiting[day] > 0 ? `Longest queue: ${most.name}, ${tasks(most.waiting[day])}.` : "Nothing waits.";
  return `Week ${week}, ${data.dates[week]}: ${number(data.open[day])} requests open, ` +
    `${number(data.delivered[day])} delivered so far, ${number(data.abandoned[day])} given up. ${queue}`;
}

function isDark(root) {
  const parts = getComputedStyle(root.querySelector(".play")).backgroundColor.match(/[\d.]+/g);
  return Boolean(parts) && 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2] < 110;
}

export default function (component) {
  const { data, parentElement } = component;
  const root = parentElement.querySelector(".player");
  if (!root || !data) return undefined;
  const before = kept.get(parentElement);
  if (before) before.end();
  const model = before || latest;
  const state = { t: model ? Math.min(model.t, 5 * data.weeks) : 0, speed: model ? model.speed : 2,
    playing: Boolean(before && before.playing && before.id === data.id), id: data.id, end() {} };
  kept.set(parentElement, state);
  latest = state;
  const stop = new AbortController();
  const on = (target, type, heard) => target.addEventListener(type, heard, { signal: stop.signal });
  const play = root.querySelector(".play"), word = root.querySelector(".word"), sign = root.querySelector(".sign");
  const scrub = root.querySelector(".scrub input"), speed = root.querySelector(".speed select");
  const said = root.querySelector(".said"), stage = root.querySelector(".stage");
  const canvas = root.querySelector("canvas"), pen = canvas.getContext("2d");
  const last = 5 * data.weeks, trips = data.trips, count = trips.start.length;
  const { nodes, live, all } = build(root, data);
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const begins = new Float64Array(count), ends = new Float64Array(count);
  let paths = new Map(), lines = [], colours = [], shownDay = -1, frame = 0, clock = 0, telling = 0, looks = 0;
  scrub.max = data.weeks;
  speed.value = String(state.speed);

  /** From when to when each trip is seen moving: no shorter than the eye needs, one after the other. */
  function time() {
    const least = Math.max(0.5, SEEN * 5 * state.speed);
    for (let k = 0; k < count; k++) {
      begins[k] = trips.follows[k] ? Math.max(trips.start[k], ends[k - 1]) : trips.start[k];
      ends[k] = Math.max(trips.end[k], begins[k] + least);
    }
  }

  /** Where the boxes are, hence the curves between them. */
  function measure() {
    root.classList.toggle("narrow", root.clientWidth < NARROW);
    const narrow = root.classList.contains("narrow"), area = stage.getBoundingClientRect();
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    canvas.width = Math.round(area.width * ratio);
    canvas.height = Math.round(area.height * ratio);
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    const places = nodes.map((box, k) => {
      const r = (narrow && k < data.directorates.length ? all : box).getBoundingClientRect();
      return { left: r.left - area.left, right: r.right - area.left, y: r.top - area.top + r.height / 2, h: r.height };
    });
    const seen = new Map();
    for (let k = 0; k < count; k++) {
      const pair = trips.from[k] * 1000 + trips.to[k];
      seen.set(pair, (seen.get(pair) || 0) + 1);
    }
    paths = new Map();
    lines = [];
    for (const [pair, n] of seen) {
      const a = places[Math.floor(pair / 1000)], b = places[pair % 1000];
      const spread = (((pair * 7) % 11) / 10 - 0.5) * 0.5; // curves of one box leave it at different heights
      const ya = a.y + spread * a.h, yb = b.y - spread * b.h;
      let path;
      if (narrow || (a.right > b.left && b.right > a.left)) { // one above the other: round by the right
        const bulge = narrow ? 16 + Math.min(40, Math.abs(yb - ya) / 9) : 34, right = Math.max(a.right, b.right);
        path = [a.right, ya, right + bulge, ya, right + bulge, yb, b.right, yb];
      } else {
        const [xa, xb] = a.right <= b.left ? [a.right, b.left] : [a.left, b.right];
        const bend = (xb - xa) / 2;
        path = [xa, ya, xa + bend, ya, xb - bend, yb, xb, yb];
      }
      paths.set(pair, path);
      if (n >= Math.max(2, count / 500)) lines.push(path);
    }
    dress();
    draw();
  }

  function dress() {
    root.classList.toggle("dark", isDark(root));
    const style = getComputedStyle(root);
    colours = ["--statutory", "--discretionary", "--upkeep", "--edge"].map((name) => style.getPropertyValue(name).trim());
  }

  function draw() {
    const width = stage.clientWidth, height = stage.clientHeight;
    pen.clearRect(0, 0, width, height);
    pen.globalAlpha = 0.45;
    pen.lineWidth = 1;
    pen.strokeStyle = colours[3];
    for (const p of lines) {
      pen.beginPath();
      pen.moveTo(p[0], p[1]);
      pen.bezierCurveTo(p[2], p[3], p[4], p[5], p[6], p[7]);
      pen.stroke();
    }
    pen.globalAlpha = 1;
    if (!calm.matches) {
      for (let k = 0; k < count; k++) {
        if (begins[k] > state.t || ends[k] <= state.t) continue;
        dot(paths.get(trips.from[k] * 1000 + trips.to[k]), (state.t - begins[k]) / (ends[k] - begins[k]),
          trips.duty[k], ((k * 37) % 9) - 4);
      }
    }
    words();
  }

  /** One shape on its curve, a little beside it, so that those that move together can be told apart. */
  function dot(p, s, duty, beside) {
    const u = 1 - s, a = u * u * u, b = 3 * u * u * s, c = 3 * u * s * s, d = s * s * s;
    const x = a * p[0] + b * p[2] + c * p[4] + d * p[6], y = a * p[1] + b * p[3] + c * p[5] + d * p[7] + beside;
    pen.fillStyle = pen.strokeStyle = colours[duty];
    pen.beginPath();
    if (duty === 0) pen.rect(x - 4, y - 4, 8, 8);
    else if (duty === 1) pen.arc(x, y, 4.4, 0, 7);
    else { pen.moveTo(x, y - 5); pen.lineTo(x + 5, y + 4); pen.lineTo(x - 5, y + 4); pen.closePath(); }
    if (duty === 2) { pen.lineWidth = 1.8; pen.stroke(); } else pen.fill();
  }

  function words() {
    const day = Math.min(last, Math.floor(state.t + 1e-9));
    if (day === shownDay) return;
    shownDay = day;
    const week = Math.floor(day / 5);
    for (const update of live) update(day);
    say(root.querySelector(".when"), `Week ${week} of ${data.weeks} · ${data.dates[week]}`);
    say(root.querySelector(".totals"), `${number(data.open[day])} requests open`);
    scrub.value = week;
    scrub.setAttribute("aria-valuetext", `week ${week}, ${data.dates[week]}`);
  }

  function tell() {
    clearTimeout(telling);
    telling = setTimeout(() => say(said, summary(data, Math.min(last, Math.floor(state.t + 1e-9)))), 250);
  }

  function go(playing) {
    if (playing && state.t >= last) state.t = 0;
    state.playing = playing;
    sign.setAttribute("d", playing ? PAUSE : PLAY);
    say(word, playing ? "Pause" : state.t >= last ? "Play again" : "Play");
    cancelAnimationFrame(frame);
    clock = 0;
    if (playing) {
      clearTimeout(telling);
      say(said, "");
      frame = requestAnimationFrame(tick);
    } else {
      draw();
      tell();
    }
  }

  function tick(now) {
    const passed = clock ? Math.min(0.25, (now - clock) / 1000) : 0; // a hidden page stands still
    if (calm.matches) { // from week to week, so slowly that it can be read
      const wait = 1000 / Math.min(2, state.speed);
      if (!clock) clock = now;
      if (now - clock >= wait) {
        clock = now;
        state.t = Math.min(last, 5 * (Math.floor(state.t / 5 + 1e-9) + Math.max(1, state.speed / 2)));
        draw();
      }
    } else {
      clock = now;
      state.t = Math.min(last, state.t + 5 * state.speed * passed);
      if (++looks % 30 === 0) dress();
      draw();
    }
    if (state.t >= last) go(false);
    else frame = requestAnimationFrame(tick);
  }

  function jump(week) {
    state.t = 5 * Math.max(0, Math.min(data.weeks, week));
    if (state.playing) return;
    say(word, state.t >= last ? "Play again" : "Play");
    draw();
    tell();
  }

  function motion() {
    root.querySelector(".still").hidden = !calm.matches;
    for (const item of root.querySelectorAll(".dots")) item.style.display = calm.matches ? "none" : "";
    draw();
  }

  on(play, "click", () => go(!state.playing));
  on(speed, "change", () => { state.speed = Number(speed.value); time(); draw(); });
  on(scrub, "input", () => jump(Number(scrub.value)));
  on(root, "keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const inPicture = event.target === root.querySelector(".frame");
    const week = Math.floor(state.t / 5 + 1e-9);
    const to = { ArrowLeft: week - 1, ArrowRight: week + 1, Home: 0, End: data.weeks }[event.key];
    if (event.key === " " && (inPicture || event.target === scrub)) go(!state.playing);
    else if (inPicture && to !== undefined) jump(to);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  on(calm, "change", motion);
  const watcher = new ResizeObserver(measure);
  watcher.observe(stage);
  const restyled = new MutationObserver(() => { dress(); draw(); });
  restyled.observe(document.documentElement, { attributes: true });
  restyled.observe(document.body, { attributes: true });

  state.end = () => {
    stop.abort();
    watcher.disconnect();
    restyled.disconnect();
    cancelAnimationFrame(frame);
    clearTimeout(telling);
  };
  time();
  measure();
  motion();
  go(state.playing);
  return state.end;
}
