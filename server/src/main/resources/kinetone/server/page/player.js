// Several clips on one clock. All sounds run at once, and one of them is let through: switching is a
// change of loudness, without a gap. Pictures follow the clock of the sound.

const DRIFT = 0.08;

export class Player {
  constructor(onTime) {
    this.onTime = onTime;
    this.tracks = [];
    this.active = 0;
    this.playing = false;
    this.loop = true;
    this.offset = 0;
    this.duration = 0;
    this.range = null;
    const tick = () => { this.tick(); requestAnimationFrame(tick); };
    requestAnimationFrame(tick);
  }

  /** Takes clips: [{video: element or null, buffer: AudioBuffer or null}]. */
  load(context, tracks) {
    this.pause();
    this.context = context;
    this.tracks = tracks.map(track => {
      const gain = context.createGain();
      gain.gain.value = 0;
      gain.connect(context.destination);
      return { ...track, gain };
    });
    this.duration = Math.max(0.01, ...tracks.map(t =>
      Math.max(t.buffer ? t.buffer.duration : 0, t.video && isFinite(t.video.duration) ? t.video.duration : 0)));
    this.offset = 0;
    this.select(0);
    this.follow(true);
  }

  select(index) {
    if (index < 0 || index >= this.tracks.length) return;
    this.active = index;
    if (!this.context) return;
    const now = this.context.currentTime;
    this.tracks.forEach((track, i) => track.gain.gain.setTargetAtTime(i === index ? 1 : 0, now, 0.004));
  }

  time() {
    if (!this.playing) return this.offset;
    return this.offset + (this.context.currentTime - this.startedAt);
  }

  play() {
    if (!this.context || this.playing) return;
    this.context.resume();
    if (this.offset >= this.end() - 0.01) this.offset = this.begin();
    this.startedAt = this.context.currentTime + 0.03;
    this.tracks.forEach(track => {
      if (!track.buffer) return;
      const source = this.context.createBufferSource();
      source.buffer = track.buffer;
      source.connect(track.gain);
      if (this.offset < track.buffer.duration) source.start(this.startedAt, Math.max(0, this.offset));
      track.source = source;
    });
    this.playing = true;
    this.tracks.forEach(track => track.video && track.video.play().catch(() => {}));
    this.follow(true);
  }

  pause() {
    if (!this.playing) return;
    this.offset = Math.min(this.duration, Math.max(0, this.time()));
    this.playing = false;
    this.tracks.forEach(track => {
      if (track.source) { try { track.source.stop(); } catch { /* never started */ } track.source = null; }
      if (track.video) track.video.pause();
    });
  }

  seek(seconds) {
    const again = this.playing;
    this.pause();
    this.offset = Math.min(this.duration, Math.max(0, seconds));
    this.follow(true);
    if (again) this.play();
  }

  begin() { return this.range && this.loop ? this.range[0] : 0; }
  end() { return this.range && this.loop ? this.range[1] : this.duration; }

  follow(exactly) {
    const time = Math.max(0, this.time());
    this.tracks.forEach(track => {
      if (track.video && Math.abs(track.video.currentTime - time) > (exactly ? 0.001 : DRIFT)) {
        track.video.currentTime = Math.min(time, Math.max(0, (track.video.duration || time) - 0.001));
      }
    });
  }

  tick() {
    if (this.playing) {
      if (this.time() >= this.end()) {
        this.pause();
        if (this.loop) { this.offset = this.begin(); this.play(); } else { this.offset = this.end(); }
      } else {
        this.follow(false);
      }
    }
    this.onTime(Math.max(0, this.time()));
  }
}
