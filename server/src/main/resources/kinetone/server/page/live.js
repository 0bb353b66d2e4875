// Sound for a camera or a canvas while it plays: pictures go over a WebSocket at the model's rate, sound comes
// back window by window. Pictures are shown as late as their sound.

const MARGIN = 0.15;

// Sounds in a row that came sooner than needed, before some of the lead is given up.
const EASY = 6;
const LEAD = 0.6;

/** A ball that bounces, as a stand-in for a camera. */
class Ball {
  constructor(size) {
    this.canvas = document.createElement('canvas');
    this.canvas.width = this.canvas.height = size;
  }

  draw(time) {
    const g = this.canvas.getContext('2d');
    const size = this.canvas.width;
    const period = 0.9;
    const at = (time % period) / period;
    const height = 4 * at * (1 - at);
    g.fillStyle = '#20242c';
    g.fillRect(0, 0, size, size);
    g.fillStyle = '#5b6472';
    g.fillRect(0, size * 0.86, size, size * 0.14);
    g.fillStyle = '#e8b04a';
    g.beginPath();
    g.arc(size / 2, size * (0.76 - 0.6 * height), size * 0.1, 0, 7);
    g.fill();
    return this.canvas;
  }

  stop() {}
}

class Camera {
  static async open() {
    const camera = new Camera();
    camera.stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' }, audio: false });
    camera.video = Object.assign(document.createElement('video'), { muted: true, playsInline: true, srcObject: camera.stream });
    await camera.video.play();
    return camera;
  }

  draw() { return this.video; }

  stop() { this.stream.getTracks().forEach(t => t.stop()); }
}

/** One run, from the first picture to the last sound. */
export class Live {
  constructor(screen, say) {
    this.screen = screen;
    this.say = say;
    this.frames = [];
    this.gaps = 0;
    this.longest = 0;
  }

  async start(request, camera) {
    this.context = new AudioContext();
    await this.context.resume();
    this.source = camera ? await Camera.open() : null;
    this.socket = new WebSocket(location.origin.replace(/^http/, 'ws') + '/v1/live');
    this.socket.binaryType = 'arraybuffer';
    this.socket.onopen = () => this.socket.send(JSON.stringify(request));
    this.socket.onmessage = e => (typeof e.data === 'string' ? this.told(JSON.parse(e.data)) : this.heard(e.data));
    this.say('Waits for the model');
    return new Promise(done => {
      this.socket.onclose = () => { this.end(); done(this.failure); };
    });
  }

  told(message) {
    if (message.type === 'error') this.failure = message.message;
    if (message.type === 'sound') this.header = message;
    if (message.type === 'ready') {
      this.format = message;
      this.source ||= new Ball(256);
      this.small = document.createElement('canvas');
      this.small.width = message.width;
      this.small.height = message.height;
      this.began = performance.now();
      this.timer = setInterval(() => this.look(), 500 / message.frames_per_second);
      this.look();
      const show = () => { if (this.timer) { this.show(); requestAnimationFrame(show); } };
      requestAnimationFrame(show);
    }
  }

  elapsed() { return (performance.now() - this.began) / 1000; }

  /** Sends as many pictures as the clock says, so that pictures and sound keep one time. */
  look() {
    const { width, height, frames_per_second: rate, most_seconds: most } = this.format;
    if (this.socket.readyState !== WebSocket.OPEN) return;
    while ((this.sent || 0) <= this.elapsed() * rate && (this.sent || 0) < most * rate) {
      const time = (this.sent || 0) / rate;
      const picture = this.source.draw(time);
      const g = this.small.getContext('2d', { willReadFrequently: true });
      const [w, h] = [picture.videoWidth || picture.width, picture.videoHeight || picture.height];
      const side = Math.min(w / width, h / height);
      g.drawImage(picture, (w - side * width) / 2, (h - side * height) / 2, side * width, side * height, 0, 0, width, height);
      const pixels = g.getImageData(0, 0, width, height);
      const rgb = new Uint8Array(3 * width * height);
      for (let i = 0, o = 0; i < pixels.data.length; i += 4) {
        rgb[o++] = pixels.data[i]; rgb[o++] = pixels.data[i + 1]; rgb[o++] = pixels.data[i + 2];
      }
      this.socket.send(rgb);
      this.frames.push({ time, pixels });
      this.sent = (this.sent || 0) + 1;
    }
  }

  heard(bytes) {
    const { start, behind, computed } = this.header;
    const buffer = this.context.createBuffer(1, bytes.byteLength / 4, this.format.sample_rate);
    buffer.copyToChannel(new Float32Array(bytes), 0);
    const now = this.context.currentTime;
    if (this.zero === undefined || this.zero + start < now) {
      // The first sound, or one that comes too late for its place.
      if (this.zero !== undefined) this.gaps++;
      this.zero = now + MARGIN - start;
    }
    const lead = this.zero + start - now;
    this.easy = lead > LEAD ? (this.easy || 0) + 1 : 0;
    this.least = this.easy > 1 ? Math.min(this.least, lead) : lead;
    if (this.easy >= EASY) {
      // The machine was slow for a while: less is waited for from now on, at the price of one cut.
      this.zero -= this.least - MARGIN;
      this.playing.stop(Math.max(now, this.zero + start));
      this.easy = 0;
      this.longest = 0;
    }
    const source = this.context.createBufferSource();
    source.buffer = buffer;
    source.connect(this.context.destination);
    source.start(this.zero + start);
    this.playing = source;
    this.late = this.elapsed() - (now - this.zero);
    this.longest = Math.max(this.longest, this.late);
    this.say(`Sound is ${this.late.toFixed(2)} s behind the picture: the model made it in ${computed.toFixed(2)} s with ${this.format.num_inference_steps} steps, `
      + `the rest is the picture it looks at first. ${this.gaps ? this.gaps + ' gaps.' : 'No gap.'}`);
    this.screen.dataset.behind = behind.toFixed(3);
    this.screen.dataset.late = this.longest.toFixed(3);
    this.screen.dataset.heard = (start + buffer.duration).toFixed(3);
    this.screen.dataset.gaps = String(this.gaps);
  }

  show() {
    const time = this.zero === undefined ? 0 : this.context.currentTime - this.zero;
    while (this.frames.length > 1 && this.frames[1].time <= time) this.frames.shift();
    if (!this.frames.length) return;
    const { pixels } = this.frames[0];
    this.screen.width = pixels.width;
    this.screen.height = pixels.height;
    this.screen.getContext('2d').putImageData(pixels, 0, 0);
  }

  stop() {
    if (this.socket && this.socket.readyState === WebSocket.OPEN) this.socket.close();
  }

  end() {
    clearInterval(this.timer);
    this.timer = null;
    if (this.source) this.source.stop();
    setTimeout(() => this.context.close(), 300);
  }
}
