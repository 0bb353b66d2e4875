import { Player } from '/player.js';
import { mono, drawWave, drawMel } from '/sound.js';
import { Live } from '/live.js';

const $ = id => document.getElementById(id);
const CAMERA_SECONDS = 10;
const KEPT = 'kinetone-kept';

const state = { models: [], file: null, job: null, marks: null, analysis: [], oldest: null, following: null };
let context = null;

// The API -------------------------------------------------------------------------------------------

function headers(more = {}) {
  const key = sessionStorage.getItem('kinetone-key');
  return key ? { ...more, Authorization: 'Bearer ' + key } : more;
}

async function ask(path, options = {}) {
  let response;
  try {
    response = await fetch(path, { ...options, headers: headers(options.headers) });
  } catch {
    throw new Error('The server does not answer; is it running?');
  }
  if (!response.ok) {
    const body = await response.json().catch(() => ({}));
    $('key-field').hidden = response.status !== 401;
    throw new Error(body.error ? body.error.message : 'The server answers ' + response.status);
  }
  return response;
}

const json = async (path, options) => (await ask(path, options)).json();
const post = (path, body) =>
  json(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });

function say(message) { $('message').textContent = message; }

function guarded(work) {
  return async (...args) => {
    say('');
    try { await work(...args); } catch (e) { say(e.message); }
  };
}

// What to make --------------------------------------------------------------------------------------

const TASKS = {
  joint: 'Picture and sound from nothing', v2a: 'Sound for a video', a2v: 'Pictures for a sound',
  continue: 'Go on after a beginning', inpaint: 'Fill a gap',
};

async function loadModels() {
  state.models = (await json('/v1/models')).data;
  $('model').replaceChildren(...state.models.map(m => new Option(m.id, m.id)));
  $('live-model').replaceChildren(...state.models.filter(m => m.tasks.includes('v2a')).map(m => new Option(m.id, m.id)));
  modelChosen();
}

const model = () => state.models.find(m => m.id === $('model').value);

function modelChosen() {
  const m = model();
  if (!m) return;
  const before = $('task').value;
  $('task').replaceChildren(...m.tasks.map(t => new Option(TASKS[t] || t, t)));
  if (m.tasks.includes(before)) $('task').value = before;
  $('prompt-field').hidden = !m.hears_words;
  const f = m.format;
  $('model-hint').textContent = `${m.description} (${f.width}×${f.height}, ${(f.frames / f.framesPerSecond).toFixed(2)} s)`;
  taskChosen();
}

function taskChosen() {
  const task = $('task').value;
  document.querySelectorAll('[data-task]').forEach(e => { e.hidden = !e.dataset.task.split(' ').includes(task); });
  $('drop').hidden = task === 'joint';
}

function take(file) {
  state.file = file;
  $('given').textContent = file ? `${file.name} (${(file.size / 1e6).toFixed(1)} MB)` : 'Drop a video or a sound here';
  $('clear').hidden = !file;
  const preview = $('preview');
  if (preview.src) URL.revokeObjectURL(preview.src);
  preview.removeAttribute('src');
  preview.srcObject = null;
  preview.hidden = !file || !file.type.startsWith('video');
  if (file) {
    if (!preview.hidden) { preview.src = URL.createObjectURL(file); preview.controls = true; }
    const wanted = file.type.startsWith('audio') ? 'a2v' : 'v2a';
    if ($('task').value === 'joint' && model() && model().tasks.includes(wanted)) {
      $('task').value = wanted;
      taskChosen();
    }
  }
}

let recorder = null;

async function record() {
  if (recorder) { recorder.stop(); return; }
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: true, audio: true });
  } catch {
    throw new Error('There is no camera, or it may not be used.');
  }
  const parts = [];
  recorder = new MediaRecorder(stream);
  recorder.ondataavailable = e => parts.push(e.data);
  const ended = new Promise(done => { recorder.onstop = done; });
  const preview = $('preview');
  preview.hidden = false;
  preview.controls = false;
  preview.srcObject = stream;
  preview.play();
  $('record').textContent = 'Stop';
  recorder.start();
  const limit = setTimeout(() => recorder && recorder.stop(), CAMERA_SECONDS * 1000);
  await ended;
  clearTimeout(limit);
  stream.getTracks().forEach(t => t.stop());
  const type = recorder.mimeType || 'video/webm';
  recorder = null;
  $('record').textContent = 'Record from the camera';
  take(new File(parts, type.includes('mp4') ? 'camera.mp4' : 'camera.webm', { type }));
}

function request() {
  const task = $('task').value;
  const fields = { model: $('model').value, task, n: Number($('n').value || 1), seed: Number($('seed').value || 0) };
  const number = (name, id) => { if ($(id).value !== '') fields[name] = Number($(id).value); };
  number('num_inference_steps', 'steps');
  number('guidance_scale', 'guidance');
  if (task !== 'joint') number('start', 'start');
  if (task === 'v2a') number('seconds', 'seconds');
  if (task === 'continue') number('given', 'keep-seconds');
  if (task === 'inpaint') { number('from', 'from'); number('to', 'to'); }
  if (!$('prompt-field').hidden && $('prompt').value) fields.prompt = $('prompt').value;
  return fields;
}

const submit = guarded(async () => {
  const fields = request();
  if (fields.task === 'joint') { follow(await post('/v1/videos', fields)); return; }
  if (!state.file) throw new Error('This task needs a file: drop one, choose one, or record one.');
  const form = new FormData();
  Object.entries(fields).forEach(([name, value]) => form.append(name, value));
  form.append(state.file.type.startsWith('audio') ? 'input_audio' : 'input_video', state.file, state.file.name);
  $('go').disabled = true;
  try {
    follow(await json('/v1/videos', { method: 'POST', body: form }));
  } finally {
    $('go').disabled = false;
  }
});

// Progress ------------------------------------------------------------------------------------------

function progressText(job) {
  if (job.status === 'queued') return job.queue_position ? `Waits: ${job.queue_position} before it` : 'Waits: next';
  if (job.status === 'in_progress') return `${job.progress} %: ${job.phase}`;
  return job.status === 'failed' ? 'Failed: ' + job.error.message : job.status;
}

function showProgress(job) {
  $('nothing').hidden = true;
  $('progress-area').hidden = job.status === 'completed';
  $('progress').value = job.progress;
  $('progress-text').textContent = progressText(job);
  $('cancel').hidden = !['queued', 'in_progress'].includes(job.status);
}

async function follow(job) {
  state.job = job;
  $('player').hidden = true;
  player.pause();
  showProgress(job);
  refreshHistory();
  if (state.following) state.following.abort();
  const following = state.following = new AbortController();
  try {
    const response = await ask(`/v1/videos/${job.id}/events`,
      { signal: following.signal, headers: { Accept: 'text/event-stream' } });
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    for (;;) {
      const { value, done } = await reader.read();
      if (done) break;
      text += value;
      let end;
      while ((end = text.indexOf('\n\n')) >= 0) {
        const data = text.slice(0, end).split('\n').filter(l => l.startsWith('data:')).map(l => l.slice(5)).join('\n');
        text = text.slice(end + 2);
        if (data.trim()) { job = JSON.parse(data); if (job.status) showProgress(job); }
      }
    }
  } catch (e) {
    if (following.signal.aborted) return;
  }
  // The stream may have been cut; what counts is what the server says now.
  try {
    job = await json('/v1/videos/' + job.id);
    showProgress(job);
    if (!['completed', 'failed', 'cancelled'].includes(job.status)) { setTimeout(() => follow(job), 1000); return; }
    if (job.status === 'completed') await open(job);
  } catch (e) { say(e.message); }
  refreshHistory();
}

// The player ----------------------------------------------------------------------------------------

const player = new Player(time => {
  if ($('player').hidden) return;
  $('time').textContent = time.toFixed(2) + ' s';
  const line = $('timeline');
  line.setAttribute('aria-valuenow', time.toFixed(2));
  line.setAttribute('aria-valuetext', time.toFixed(2) + ' seconds');
  const pressed = String(player.playing);
  if ($('play').getAttribute('aria-pressed') !== pressed) {
    $('play').setAttribute('aria-pressed', pressed);
    $('play').textContent = player.playing ? 'Pause' : 'Play';
  }
  drawMarks(time);
});

const blob = async path => (await ask(path)).blob();

async function open(job) {
  state.job = job;
  state.marks = null;
  showProgress(job);
  context ||= new AudioContext();
  document.querySelectorAll('#screens video').forEach(v => URL.revokeObjectURL(v.src));
  const tracks = await Promise.all(job.outputs.map(async output => {
    const base = `/v1/videos/${job.id}/content?index=${output.index}`;
    const [clip, wav, analysis] = await Promise.all([
      blob(base), blob(base + '&variant=wav'), json(base + '&variant=analysis').catch(() => ({}))]);
    const video = document.createElement('video');
    video.muted = true;
    video.playsInline = true;
    video.preload = 'auto';
    video.src = URL.createObjectURL(clip);
    await new Promise(done => {
      video.onloadeddata = done;
      video.onerror = () => { video.failed = true; done(); };
    });
    const bytes = await wav.arrayBuffer();
    // Browsers resample to their own rate; above half of the file's there is nothing to see.
    const rate = new DataView(bytes).getUint32(24, true);
    const buffer = await context.decodeAudioData(bytes).catch(() => null);
    return { video: video.failed ? null : video, element: video, buffer, highest: rate / 2, analysis, output };
  }));
  state.tracks = tracks;
  $('screens').replaceChildren(...tracks.map((track, i) => {
    const screen = document.createElement('button');
    screen.type = 'button';
    screen.className = 'screen';
    screen.append(track.element, Object.assign(document.createElement('span'),
      { textContent: `${letter(i)}: seed ${track.output.seed}` }));
    screen.setAttribute('aria-label', `Hear ${letter(i)}, seed ${track.output.seed}`);
    screen.onclick = () => choose(i);
    return screen;
  }));
  $('choices').replaceChildren(...tracks.map((_, i) => {
    const choice = document.createElement('button');
    choice.type = 'button';
    choice.setAttribute('role', 'radio');
    choice.textContent = letter(i);
    choice.onclick = () => choose(i);
    return choice;
  }));
  $('player').hidden = false;
  player.range = null;
  player.load(context, tracks);
  $('timeline').setAttribute('aria-valuemax', player.duration.toFixed(2));
  const m = state.models.find(x => x.id === job.model);
  $('regenerate').hidden = !(m && m.tasks.includes('inpaint'));
  choose(0);
  marked();
  $('keep').setAttribute('aria-pressed', String(kept().includes(job.id)));
}

const letter = i => String.fromCharCode(65 + i);

function choose(i) {
  if (!state.tracks || i >= state.tracks.length) return;
  player.select(i);
  [...$('screens').children].forEach((e, k) => e.setAttribute('aria-pressed', String(k === i)));
  [...$('choices').children].forEach((e, k) => e.setAttribute('aria-checked', String(k === i)));
  drawSound();
  const base = `/v1/videos/${state.job.id}/content?index=${state.tracks[i].output.index}&download=1`;
  $('downloads').replaceChildren(...['video', 'wav', 'flac'].map(kind => {
    const link = document.createElement('button');
    link.type = 'button';
    link.textContent = 'Download ' + (kind === 'video' ? 'video' : kind.toUpperCase());
    link.onclick = guarded(() => download(base + '&variant=' + kind, kind));
    return link;
  }));
  const a = state.tracks[i].analysis;
  const list = times => (times || []).map(t => t.toFixed(2)).join(', ') || 'none';
  showRating();
  $('onsets').textContent = `Onsets seen at seconds ${list(a.picture_onsets)}; heard at ${list(a.sound_onsets)}.`;
}

async function download(path, kind) {
  const data = await blob(path);
  const link = document.createElement('a');
  link.href = URL.createObjectURL(data);
  const ending = kind === 'video' ? (data.type.includes('matroska') ? 'mkv' : 'mp4') : kind;
  link.download = `${state.job.id}-${player.active}.${ending}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

const style = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function drawSound() {
  const track = state.tracks && state.tracks[player.active];
  if (!track || !track.buffer) return;
  const width = Math.max(200, Math.round($('timeline').clientWidth * devicePixelRatio));
  const samples = mono(track.buffer);
  const whole = new Float32Array(Math.max(samples.length, Math.round(player.duration * track.buffer.sampleRate)));
  whole.set(samples);
  for (const id of ['wave', 'mel']) $(id).width = width;
  drawWave($('wave'), whole, style('--accent'));
  drawMel($('mel'), whole, track.buffer.sampleRate, track.highest);
  $('marks').width = width;
  $('marks').height = $('timeline').clientHeight;
}

function drawMarks(time) {
  const canvas = $('marks');
  const g = canvas.getContext('2d');
  const x = t => t / player.duration * canvas.width;
  g.clearRect(0, 0, canvas.width, canvas.height);
  if (state.marks) {
    g.fillStyle = style('--accent');
    g.globalAlpha = .3;
    g.fillRect(x(state.marks[0]), 0, x(state.marks[1]) - x(state.marks[0]), canvas.height);
    g.globalAlpha = 1;
  }
  const a = state.tracks && state.tracks[player.active] ? state.tracks[player.active].analysis : {};
  g.lineWidth = 2 * devicePixelRatio;
  const ticks = (times, colour, from, to) => (times || []).forEach(t => {
    g.strokeStyle = colour;
    g.beginPath(); g.moveTo(x(t), from); g.lineTo(x(t), to); g.stroke();
  });
  ticks(a.picture_onsets, style('--seen'), 0, 18);
  ticks(a.sound_onsets, style('--heard'), 20, 38);
  g.strokeStyle = style('--ink');
  g.beginPath(); g.moveTo(x(time), 0); g.lineTo(x(time), canvas.height); g.stroke();
}

function marked() {
  const marks = state.marks;
  $('regenerate').disabled = !marks;
  player.range = marks;
  $('range-text').textContent = marks ? `Marked: ${marks[0].toFixed(2)} to ${marks[1].toFixed(2)} s` : '';
}

function timeAt(event) {
  const box = $('timeline').getBoundingClientRect();
  return Math.min(player.duration, Math.max(0, (event.clientX - box.left) / box.width * player.duration));
}

let dragFrom = null;
$('timeline').addEventListener('pointerdown', e => { dragFrom = timeAt(e); $('timeline').setPointerCapture(e.pointerId); });
$('timeline').addEventListener('pointermove', e => {
  if (dragFrom === null) return;
  const to = timeAt(e);
  if (Math.abs(to - dragFrom) > 0.03) { state.marks = [Math.min(dragFrom, to), Math.max(dragFrom, to)]; marked(); }
});
$('timeline').addEventListener('pointerup', e => {
  if (dragFrom !== null && Math.abs(timeAt(e) - dragFrom) <= 0.03) { state.marks = null; marked(); player.seek(timeAt(e)); }
  dragFrom = null;
});

document.addEventListener('keydown', e => {
  if ($('player').hidden || e.ctrlKey || e.metaKey || e.altKey) return;
  if (e.target.closest('input, select, textarea')) return;
  const onButton = e.target.closest('button, a, summary, label');
  const time = player.time();
  if (e.key === ' ' && !onButton) player.playing ? player.pause() : player.play();
  else if (/^[1-9]$/.test(e.key)) choose(Number(e.key) - 1);
  else if (e.key === 'i') { state.marks = [time, Math.max(state.marks ? state.marks[1] : player.duration, time + 0.05)]; marked(); }
  else if (e.key === 'o') { state.marks = [Math.min(state.marks ? state.marks[0] : 0, Math.max(0, time - 0.05)), time]; marked(); }
  else if (e.key === 'x') { state.marks = null; marked(); }
  else if (e.key === 'ArrowLeft') player.seek(time - 0.05);
  else if (e.key === 'ArrowRight') player.seek(time + 0.05);
  else if (e.key === 'Home') player.seek(0);
  else if (e.key === 'End') player.seek(player.duration);
  else return;
  e.preventDefault();
});

// Ratings -------------------------------------------------------------------------------------------

document.querySelectorAll('.rate').forEach(group => {
  for (let score = 1; score <= 5; score++) {
    const button = document.createElement('button');
    button.type = 'button';
    button.setAttribute('role', 'radio');
    button.textContent = String(score);
    button.onclick = guarded(() => rate(group.dataset.score, score));
    group.append(button);
  }
});

async function rate(name, score) {
  const track = state.tracks[player.active];
  track.scores = { ...track.scores, [name]: score };
  showRating();
  const ratings = state.tracks.filter(t => t.scores).map(t => ({ index: t.output.index, scores: t.scores }));
  await post(`/v1/videos/${state.job.id}/ratings`, { ratings });
  $('rated').textContent = 'Kept.';
}

function showRating() {
  const scores = state.tracks[player.active].scores || {};
  $('rated-name').textContent = letter(player.active);
  $('rated').textContent = '';
  document.querySelectorAll('.rate').forEach(group =>
    [...group.querySelectorAll('button')].forEach(b =>
      b.setAttribute('aria-checked', String(Number(b.textContent) === scores[group.dataset.score]))));
}

// Live ----------------------------------------------------------------------------------------------

let live = null;

async function goLive() {
  if (live) { live.stop(); return; }
  const request = { model: $('live-model').value, task: 'v2a', num_inference_steps: Number($('live-steps').value || 8) };
  const key = sessionStorage.getItem('kinetone-key');
  if (key) request.key = key;
  live = new Live($('live-screen'), text => { $('live-text').textContent = text; });
  $('live-go').textContent = 'Stop';
  $('live-go').setAttribute('aria-pressed', 'true');
  try {
    const failure = await live.start(request, $('live-source').value === 'camera');
    if (failure) throw new Error(failure);
  } finally {
    live = null;
    $('live-go').textContent = 'Start';
    $('live-go').setAttribute('aria-pressed', 'false');
  }
}

// History -------------------------------------------------------------------------------------------

const kept = () => JSON.parse(localStorage.getItem(KEPT) || '[]');

function entry(job) {
  const item = document.createElement('li');
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'open';
  const when = new Date(job.created_at * 1000).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  button.append((kept().includes(job.id) ? '★ ' : '') + (TASKS[job.task] || job.task),
    Object.assign(document.createElement('small'), { textContent: `${job.model}, ${job.n === 1 ? 'one clip' : job.n + ' clips'}, ${when}, ${progressText(job)}` }));
  button.onclick = guarded(async () => {
    if (state.following) state.following.abort();
    const now = await json('/v1/videos/' + job.id);
    if (now.status === 'completed') await open(now); else follow(now);
  });
  const remove = document.createElement('button');
  remove.type = 'button';
  remove.textContent = 'Delete';
  remove.setAttribute('aria-label', `Delete ${TASKS[job.task] || job.task} of ${when}`);
  remove.onclick = guarded(async () => {
    await ask('/v1/videos/' + job.id, { method: 'DELETE' });
    if (state.job && state.job.id === job.id) { player.pause(); $('player').hidden = true; $('progress-area').hidden = true; $('nothing').hidden = false; }
    refreshHistory();
  });
  item.append(button, remove);
  return item;
}

async function refreshHistory() {
  const page = await json('/v1/videos?limit=10');
  $('history').replaceChildren(...page.data.map(entry));
  state.oldest = page.last_id;
  $('older').hidden = !page.has_more;
}

$('older').onclick = guarded(async () => {
  const page = await json('/v1/videos?limit=10&after=' + state.oldest);
  $('history').append(...page.data.map(entry));
  state.oldest = page.last_id;
  $('older').hidden = !page.has_more;
});

// Buttons -------------------------------------------------------------------------------------------

$('form').addEventListener('submit', e => { e.preventDefault(); submit(); });
$('model').onchange = modelChosen;
$('task').onchange = taskChosen;
$('file').onchange = () => take($('file').files[0] || null);
$('clear').onclick = () => { $('file').value = ''; take(null); };
$('record').onclick = guarded(record);
$('dice').onclick = () => { $('seed').value = Math.floor(Math.random() * 2 ** 31); };
$('play').onclick = () => (player.playing ? player.pause() : player.play());
$('loop').onchange = () => { player.loop = $('loop').checked; };
$('cancel').onclick = guarded(async () => showProgress(await post(`/v1/videos/${state.job.id}/cancel`, {})));
$('remix').onclick = guarded(async () => follow(await post(`/v1/videos/${state.job.id}/remix`, {})));
$('regenerate').onclick = guarded(async () => follow(await post('/v1/videos', {
  model: state.job.model, task: 'inpaint', from: state.marks[0], to: state.marks[1], n: Number($('n').value || 1),
  seed: Number(state.tracks[player.active].output.seed) + 1,
  input_video_id: state.job.id, input_index: state.tracks[player.active].output.index,
})));
$('keep').onclick = () => {
  const id = state.job.id;
  const all = kept().includes(id) ? kept().filter(k => k !== id) : [...kept(), id];
  localStorage.setItem(KEPT, JSON.stringify(all));
  $('keep').setAttribute('aria-pressed', String(all.includes(id)));
  refreshHistory();
};
$('live-go').onclick = guarded(goLive);
$('use-key').onclick = guarded(async () => {
  sessionStorage.setItem('kinetone-key', $('key').value.trim());
  await start();
  $('key-field').hidden = true;
});
for (const type of ['dragenter', 'dragover']) $('drop').addEventListener(type, e => { e.preventDefault(); $('drop').classList.add('over'); });
for (const type of ['dragleave', 'drop']) $('drop').addEventListener(type, e => { e.preventDefault(); $('drop').classList.remove('over'); });
$('drop').addEventListener('drop', e => take(e.dataTransfer.files[0] || null));
addEventListener('resize', drawSound);
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawSound);

async function start() {
  await loadModels();
  await refreshHistory();
}

guarded(start)();
