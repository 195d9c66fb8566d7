"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const byId = (id) => document.getElementById(id);
  const canvas = byId("map");
  const pen = canvas.getContext("2d");
  const { tiles, spaces, tile: SIZE, wide: WIDE } = data;
  const home = new Array(tiles.length);
  spaces.forEach((space, position) => space.tiles.forEach((number) => { home[number] = position; }));

  // Flows by target, and by source on request: sets are ranges [first, last, first, last, ...].
  const into = tiles.map(() => []);
  for (const flow of data.flows) into[flow[0]].push(flow);
  const holds = (set, number) => {
    for (let i = 0; i < set.length; i += 2) if (set[i] <= number && number <= set[i + 1]) return true;
    return false;
  };
  const listed = (set) => {
    const found = [];
    for (let i = 0; i < set.length; i += 2) for (let n = set[i]; n <= set[i + 1]; n += 1) found.push(n);
    return found;
  };
  // Told apart by lightness and by the line, not by hue alone.
  const COMING = { colour: "#111827", dash: [] };
  const GOING = { colour: "#db2777", dash: [9, 3] };
  const UNSURE = [2, 4];
  const entered = new Set(data.entered);
  const leaving = new Set(data.leaving);

  const view = { x: 0, y: 0, scale: 1 };
  const state = { hover: -1, chosen: -1, word: "", space: -1, outside: false, mighty: false, lines: false };
  let shown = tiles.map(() => true);
  let reachedBy = new Map();
  let reaches = new Map();
  let waiting = false;

  const draw = () => {
    waiting = false;
    const ratio = window.devicePixelRatio || 1;
    const { width, height } = canvas.getBoundingClientRect();
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.setTransform(ratio * view.scale, 0, 0, ratio * view.scale, ratio * view.x, ratio * view.y);
    drawSky();
    if (state.lines) drawFlows();
    spaces.forEach(drawSpace);
    drawWays();
    if (state.chosen >= 0) drawChosen();
    tiles.forEach(drawTile);
  };
  const redraw = () => { if (!waiting) { waiting = true; requestAnimationFrame(draw); } };

  const drawSky = () => {
    pen.fillStyle = "#e8efff";
    pen.strokeStyle = data.outside;
    pen.lineWidth = 1;
    pen.beginPath();
    pen.roundRect(24, 12, data.width - 48, 40, 8);
    pen.fill();
    pen.stroke();
    pen.fillStyle = "#1e3a8a";
    pen.font = "13px system-ui, sans-serif";
    pen.fillText("outside of the cluster", 36, 37);
  };
  const drawSpace = (space, position) => {
    const { x, y, width, height } = space.box;
    pen.globalAlpha = state.space < 0 || state.space === position ? 1 : 0.25;
    pen.fillStyle = "#f4f6fa";
    pen.strokeStyle = "#c3cad9";
    pen.beginPath();
    pen.roundRect(x, y, width, height, 8);
    pen.fill();
    pen.stroke();
    // Small text is no text: below this the boxes alone are drawn.
    if (view.scale > 0.35) {
      pen.fillStyle = "#1f2937";
      pen.font = "12px system-ui, sans-serif";
      pen.fillText(space.name, x + 10, y + 17);
    }
    pen.globalAlpha = 1;
  };
  // A name that fits into its tile, measured once in the font that the browser has.
  const ROOM = WIDE - 17 - 9;
  const cut = new Map();
  const short = (name) => {
    if (!cut.has(name)) {
      let letters = [...name];
      while (letters.length > 1 && pen.measureText(letters.join("") + (letters.length < [...name].length ? "…" : "")).width > ROOM) {
        letters = letters.slice(0, -1);
      }
      cut.set(name, letters.join("") === name ? name : `${letters.join("")}…`);
    }
    return cut.get(name);
  };
  const drawTile = (each, number) => {
    const related = state.chosen < 0 || number === state.chosen || reachedBy.has(number) || reaches.has(number);
    pen.globalAlpha = !shown[number] ? 0.08 : related ? 1 : 0.3;
    pen.fillStyle = data.levels[each.level];
    pen.fillRect(each.x, each.y, WIDE, SIZE);
    if (WIDE > SIZE && view.scale > 0.5) {
      pen.fillStyle = "#ffffff";
      pen.font = "11px system-ui, sans-serif";
      pen.fillText(short(each.name), each.x + 17, each.y + 15);
    }
    if (number === state.chosen || number === state.hover) {
      pen.strokeStyle = "#111827";
      pen.lineWidth = number === state.chosen ? 3 : 1.5;
      pen.strokeRect(each.x - 1, each.y - 1, WIDE + 2, SIZE + 2);
    }
    if (each.reach >= 3) {
      pen.fillStyle = data.outside;
      pen.beginPath();
      pen.arc(each.x + WIDE - 3, each.y + 3, 5, 0, 7);
      pen.fill();
    }
    if (each.might >= 2) {
      pen.fillStyle = data.mighty;
      pen.beginPath();
      pen.moveTo(each.x + 2, each.y + SIZE - 2);
      pen.lineTo(each.x + 7, each.y + SIZE - 11);
      pen.lineTo(each.x + 12, each.y + SIZE - 2);
      pen.fill();
    }
    pen.globalAlpha = 1;
  };
  const drawFlows = () => {
    pen.strokeStyle = "#64748b";
    for (const [source, target, number] of data.between) {
      if (source === target || (state.space >= 0 && state.space !== source && state.space !== target)) continue;
      const one = spaces[source].box;
      const two = spaces[target].box;
      const [x1, y1] = [one.x + one.width / 2, one.y + one.height / 2];
      const [x2, y2] = [two.x + two.width / 2, two.y + two.height / 2];
      pen.globalAlpha = 0.3;
      pen.lineWidth = Math.min(1 + number / 40, 5);
      pen.beginPath();
      pen.moveTo(x1, y1);
      pen.quadraticCurveTo((x1 + x2) / 2 + (y2 - y1) / 6, (y1 + y2) / 2 - (x2 - x1) / 6, x2, y2);
      pen.stroke();
    }
    pen.globalAlpha = 1;
  };
  // What the outside reaches shows before anything is chosen; the filters and what is chosen make the rest fainter.
  const ways = tiles.flatMap((each, number) => (each.reach >= 3 ? [number] : []));
  const drawWays = () => {
    pen.strokeStyle = data.outside;
    for (const number of ways) {
      const faint = !shown[number] || (state.chosen >= 0 && state.chosen !== number);
      pen.globalAlpha = faint ? 0.1 : 0.5;
      pen.lineWidth = state.chosen === number ? 2 : 1;
      const x = tiles[number].x + WIDE - 3;
      pen.beginPath();
      pen.moveTo(x, 52);
      pen.lineTo(x, tiles[number].y);
      pen.stroke();
    }
    pen.globalAlpha = 1;
  };
  const middle = (number) => [tiles[number].x + WIDE / 2, tiles[number].y + SIZE / 2];
  // Where a line from elsewhere to the middle of a tile meets its edge.
  const edge = (number, fromX, fromY) => {
    const [x, y] = middle(number);
    const [dx, dy] = [fromX - x, fromY - y];
    const part = Math.min(WIDE / 2 / Math.abs(dx || 1e-9), SIZE / 2 / Math.abs(dy || 1e-9), 1);
    return [x + dx * part, y + dy * part];
  };
  const arrow = (source, target, look, sure) => {
    let [x, y] = edge(source, ...middle(target));
    let [tx, ty] = edge(target, ...middle(source));
    // Each keeps to its right, so that there and back are two lines.
    const angle = Math.atan2(ty - y, tx - x);
    const [aside, down] = [-2.5 * Math.sin(angle), 2.5 * Math.cos(angle)];
    [x, y, tx, ty] = [x + aside, y + down, tx + aside, ty + down];
    pen.strokeStyle = look.colour;
    pen.fillStyle = look.colour;
    pen.setLineDash(sure ? look.dash : UNSURE);
    pen.beginPath();
    pen.moveTo(x, y);
    pen.lineTo(tx, ty);
    pen.stroke();
    pen.setLineDash([]);
    pen.beginPath();
    pen.moveTo(tx, ty);
    for (const turn of [-0.4, 0.4]) pen.lineTo(tx - 8 * Math.cos(angle + turn), ty - 8 * Math.sin(angle + turn));
    pen.fill();
  };
  const drawChosen = () => {
    pen.lineWidth = 1.4;
    pen.globalAlpha = 0.75;
    reachedBy.forEach((flows, number) => arrow(number, state.chosen, COMING, flows.some((flow) => flow.sure)));
    reaches.forEach((flows, number) => arrow(state.chosen, number, GOING, flows.some((flow) => flow.sure)));
    pen.globalAlpha = 1;
  };

  // What is written comes from manifests: it is only ever text, never markup.
  const element = (name, text) => {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    return made;
  };
  const list = (parent, title, lines, most) => {
    if (!lines.length) return;
    parent.append(element("h3", `${title} (${lines.length})`));
    const own = element("ul");
    lines.slice(0, most).forEach((line) => own.append(element("li", line)));
    if (lines.length > most) own.append(element("li", `and ${lines.length - most} more`));
    parent.append(own);
  };
  const flowLines = (found) => [...found].map(([number, flows]) =>
    `${tiles[number].key}: ${flows.map((flow) => flow.ports + (flow.sure ? "" : " (not known)")).join("; ")}`);
  const describe = (number) => {
    const each = tiles[number];
    const box = byId("detail");
    box.replaceChildren(element("h2", each.key));
    box.append(element("p", `${data.words[each.level]}; namespace enforces ${spaces[home[number]].enforced || "no level"}`));
    box.append(element("p", each.place));
    list(box, "Ways in from outside", each.doors, 12);
    if (each.account) {
      box.append(element("h3", "Runs as"));
      box.append(element("p", `${each.account}: ${data.mights[each.might]}`));
      list(box, "Rights", each.means, 12);
    }
    if (number !== state.chosen) return;
    list(box, "May be reached by", flowLines(reachedBy), 25);
    list(box, "May reach", flowLines(reaches), 25);
    if (entered.has(number)) box.append(element("p", "Policies let the internet in, as far as a way leads here."));
    if (leaving.has(number)) box.append(element("p", "Policies let it reach the internet."));
  };
  const choose = (number) => {
    state.chosen = number;
    reachedBy = new Map();
    reaches = new Map();
    if (number >= 0) {
      const add = (found, other, flow) => {
        if (!found.has(other)) found.set(other, []);
        found.get(other).push({ ports: flow[2], sure: Boolean(flow[3]) });
      };
      into[number].forEach((flow) => listed(data.sets[flow[1]]).forEach((other) => add(reachedBy, other, flow)));
      data.flows.forEach((flow) => { if (holds(data.sets[flow[1]], number)) add(reaches, flow[0], flow); });
      describe(number);
    }
    redraw();
  };

  const filter = () => {
    const word = state.word.toLowerCase();
    shown = tiles.map((each, number) =>
      (state.space < 0 || home[number] === state.space) &&
      (!state.outside || each.reach >= 3) &&
      (!state.mighty || each.might >= 2) &&
      (!word || `${each.key} ${each.account}`.toLowerCase().includes(word)));
    const found = byId("found");
    found.replaceChildren();
    if (word || state.outside || state.mighty) {
      const numbers = shown.flatMap((is, number) => (is ? [number] : []));
      numbers.slice(0, 50).forEach((number) => {
        const button = element("button", tiles[number].key);
        button.type = "button";
        button.addEventListener("click", () => { centre(number); choose(number); });
        const item = element("li");
        item.append(button);
        found.append(item);
      });
      if (numbers.length > 50) found.append(element("li", `and ${numbers.length - 50} more`));
      if (!numbers.length) found.append(element("li", "nothing of that kind"));
    }
    redraw();
  };

  const zoom = (factor, x, y) => {
    const scale = Math.min(Math.max(view.scale * factor, 0.05), 6);
    view.x = x - (x - view.x) * (scale / view.scale);
    view.y = y - (y - view.y) * (scale / view.scale);
    view.scale = scale;
    redraw();
  };
  const fitTo = (x, y, width, height) => {
    const box = canvas.getBoundingClientRect();
    view.scale = Math.min(box.width / width, box.height / height, 2);
    view.x = (box.width - width * view.scale) / 2 - x * view.scale;
    view.y = (box.height - height * view.scale) / 2 - y * view.scale;
    redraw();
  };
  const fit = () => fitTo(0, 0, data.width, data.height);
  const centre = (number) => {
    const box = canvas.getBoundingClientRect();
    const [x, y] = middle(number);
    view.scale = Math.max(view.scale, 0.8);
    view.x = box.width / 2 - x * view.scale;
    view.y = box.height / 2 - y * view.scale;
  };
  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    const x = (event.clientX - box.left - view.x) / view.scale;
    const y = (event.clientY - box.top - view.y) / view.scale;
    return tiles.findIndex((each, number) =>
      shown[number] && x >= each.x && x <= each.x + WIDE && y >= each.y && y <= each.y + SIZE);
  };

  let drag = null;
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    drag = { x: event.clientX, y: event.clientY, moved: false };
  });
  canvas.addEventListener("pointermove", (event) => {
    if (drag) {
      const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
      if (drag.moved || Math.hypot(dx, dy) > 3) {
        view.x += dx;
        view.y += dy;
        drag = { x: event.clientX, y: event.clientY, moved: true };
        redraw();
      }
      return;
    }
    const number = at(event);
    if (number !== state.hover) {
      state.hover = number;
      canvas.style.cursor = number >= 0 ? "pointer" : "grab";
      if (number >= 0 && state.chosen < 0) describe(number);
      redraw();
    }
  });
  canvas.addEventListener("pointerup", (event) => {
    if (drag && !drag.moved) choose(at(event));
    drag = null;
  });
  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    const box = canvas.getBoundingClientRect();
    zoom(Math.exp(-event.deltaY / 400), event.clientX - box.left, event.clientY - box.top);
  }, { passive: false });
  const steps = { ArrowLeft: [40, 0], ArrowRight: [-40, 0], ArrowUp: [0, 40], ArrowDown: [0, -40] };
  canvas.addEventListener("keydown", (event) => {
    const { width, height } = canvas.getBoundingClientRect();
    if (event.key in steps) {
      view.x += steps[event.key][0];
      view.y += steps[event.key][1];
      redraw();
    } else if (event.key === "+" || event.key === "=") zoom(1.25, width / 2, height / 2);
    else if (event.key === "-") zoom(0.8, width / 2, height / 2);
    else if (event.key === "0") fit();
    else if (event.key === "Escape") choose(-1);
    else return;
    event.preventDefault();
  });

  const centreZoom = (factor) => {
    const { width, height } = canvas.getBoundingClientRect();
    zoom(factor, width / 2, height / 2);
  };
  byId("in").addEventListener("click", () => centreZoom(1.25));
  byId("out").addEventListener("click", () => centreZoom(0.8));
  byId("fit").addEventListener("click", fit);
  byId("search").addEventListener("input", (event) => { state.word = event.target.value.trim(); filter(); });
  byId("only-outside").addEventListener("change", (event) => { state.outside = event.target.checked; filter(); });
  byId("only-mighty").addEventListener("change", (event) => { state.mighty = event.target.checked; filter(); });
  byId("lines").addEventListener("change", (event) => { state.lines = event.target.checked; redraw(); });
  spaces.forEach((space, position) => {
    const option = element("option", `${space.name} (${space.tiles.length})`);
    option.value = String(position);
    byId("space").append(option);
  });
  byId("space").addEventListener("change", (event) => {
    state.space = event.target.value === "" ? -1 : Number(event.target.value);
    filter();
    if (state.space < 0) { fit(); return; }
    const { x, y, width, height } = spaces[state.space].box;
    fitTo(x - 20, y - 20, width + 40, height + 40);
  });

  const legend = [
    ...Object.entries(data.levels).map(([level, colour]) => [colour, "", data.words[level]]),
    [data.outside, "round", "reached from outside (line: from where)"],
    [data.mighty, "", "account that owns a namespace or more"],
    [COMING.colour, "solid", "may reach what is chosen"],
    [GOING.colour, "dashed", "is reached by what is chosen"],
    ["#6b7280", "dotted", "may be, which is not known"],
    ["#64748b", "thick", "flows between namespaces (thicker: more pairs)"],
  ];
  legend.forEach(([colour, look, text]) => {
    const item = element("li");
    const mark = element("i");
    mark.style.setProperty("--colour", colour);
    if (look) mark.className = look;
    item.append(mark, text);
    byId("legend").append(item);
  });
  state.lines = data.between.filter(([source, target]) => source !== target).length <= 60;
  byId("lines").checked = state.lines;
  new ResizeObserver(redraw).observe(canvas);
  fit();
  // For tests, and for whoever opens the console.
  window.seawall = { data, state, view, choose, filter, fit, draw, at, short, shown: () => shown, reachedBy: () => reachedBy, reaches: () => reaches };
})();
