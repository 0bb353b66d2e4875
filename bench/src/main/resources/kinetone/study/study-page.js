'use strict';
(() => {
  const study = JSON.parse(document.getElementById('study').textContent);
  const app = document.getElementById('app');
  const PAIR = ['A', 'No difference', 'B'];

  // Answers stay in the browser, so that a page that is closed or loaded again goes on.
  const memory = {};
  let lasting = true;
  const keep = (key, value) => {
    memory[key] = value;
    try {
      localStorage.setItem(key, value);
    } catch (e) {
      lasting = false;
    }
  };
  const kept = (key) => {
    try {
      return localStorage.getItem(key) ?? memory[key] ?? null;
    } catch (e) {
      lasting = false;
      return memory[key] ?? null;
    }
  };
  const home = 'kinetone-study:' + study.study;
  const place = (rater) => home + ':' + rater;

  let state = null;
  let view = { keys: () => {} };
  let ahead = null;

  const make = (tag, properties = {}, ...children) => {
    const one = Object.assign(document.createElement(tag), properties);
    one.append(...children);
    return one;
  };

  const show = (title, ...children) => {
    const heading = make('h1', { tabIndex: -1 }, title);
    app.replaceChildren(heading, ...children);
    heading.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  };

  const save = () => keep(place(state.rater), JSON.stringify(state));

  /** A number is the order of that number; other names get one by their letters. */
  const orderOf = (rater) => {
    if (/^[0-9]{1,9}$/.test(rater) && Number(rater) > 0) {
      return (Number(rater) - 1) % study.orders.length;
    }
    let hash = 2166136261;
    for (const letter of rater) {
      hash = Math.imul(hash ^ letter.codePointAt(0), 16777619) >>> 0;
    }
    return hash % study.orders.length;
  };

  const order = () => study.orders[state.order];
  const trialAt = (index) => study.trials[order()[index][0]];
  const isSwapped = (index) => order()[index][1] === 1;
  const isPair = (index) => trialAt(index).media.length === 2;

  const mediaAt = (index) => {
    const media = trialAt(index).media;
    return isSwapped(index) ? [...media].reverse() : media;
  };

  const presentationOf = (index) => {
    let number = 1;
    for (let i = 0; i < index; i++) {
      number += order()[i][0] === order()[index][0] ? 1 : 0;
    }
    return number;
  };

  const answersAt = (index) => (state.answers[index] ??= {});
  const isAnswered = (index) => study.questions.every((one) => one.id in answersAt(index));

  // ---- Before and after

  /** What a rater has answered so far; what is damaged is as if it were not there. */
  const before = (rater) => {
    try {
      const found = JSON.parse(kept(place(rater)));
      return found && found.rater === rater && study.orders[found.order] ? found : null;
    } catch (e) {
      return null;
    }
  };

  const start = () => {
    const asked = new URLSearchParams(location.search).get('rater');
    const name = make('input', {
      type: 'text',
      id: 'rater',
      maxLength: 80,
      autocomplete: 'off',
      value: (asked ?? kept(home) ?? '').slice(0, 80),
    });
    const button = make('button', { className: 'main' });
    const said = make('p', { className: 'soft', role: 'status' });
    const look = () => {
      const rater = name.value.trim();
      const known = rater && before(rater);
      button.disabled = !rater;
      button.textContent = known ? 'Continue' : 'Start';
      said.textContent = known ? 'Your answers so far are kept in this browser.' : '';
    };
    const go = () => {
      const rater = name.value.trim();
      if (!rater) {
        return;
      }
      state = before(rater) ?? {
        rater,
        order: orderOf(rater),
        at: 0,
        began: new Date().toISOString(),
        answers: {},
        seconds: {},
        unplayable: [],
      };
      keep(home, rater);
      save();
      step(state.at);
    };
    name.addEventListener('input', look);
    name.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') {
        event.preventDefault();
        // The trial that begins now would take it for its own.
        event.stopPropagation();
        go();
      }
    });
    button.addEventListener('click', go);
    const pairs = study.trials.some((one) => one.media.length === 2);
    const single = study.trials.some((one) => one.media.length === 1);
    const parts = [];
    if (study.note) {
      parts.push(make('p', { className: 'pre' }, study.note));
    }
    parts.push(
      make(
        'p',
        {},
        'Please use headphones in a quiet place, set the volume now and leave it as it is. ' +
          (single ? 'You will see and hear clips one by one and rate each from 1 to 5. ' : '') +
          (pairs ? 'Of two clips, A and B, you say which is better, or that there is no difference. ' : '') +
          'Play each to its end; you may play it as often as you like. There are no right answers but what you see and hear.'
      )
    );
    if (single) {
      for (const question of study.questions) {
        parts.push(make('h2', {}, question.title));
        parts.push(make('ol', {}, ...question.scale.map((words) => make('li', {}, words))));
      }
    }
    const keys = make('p', { className: 'soft keys' });
    keys.append(
      'Keys: ', make('kbd', {}, '1'), '–', make('kbd', {}, single ? '5' : '3'), ' answer, ', make('kbd', {}, 'Enter'),
      ' goes on, ', make('kbd', {}, '←'), ' goes back, ', make('kbd', {}, 'Space'), ' plays',
      pairs ? ', of two clips ' : '.', ...(pairs ? [make('kbd', {}, 'A'), ' or ', make('kbd', {}, 'B'), '.'] : [])
    );
    parts.push(keys, make('h2', {}, make('label', { htmlFor: 'rater' }, 'Your name or number')));
    parts.push(name, said, button);
    view = { keys: () => {} };
    show(study.title, ...parts);
    look();
    if (!lasting) {
      parts.at(-1).before(warning());
    }
    name.focus({ preventScroll: true });
  };

  const warning = () =>
    make('p', { className: 'warn' }, 'This browser keeps nothing: do not close or reload the page before you have saved your answers.');

  const result = () => {
    const answers = [];
    const unplayable = new Set();
    order().forEach(([trial], index) => {
      for (const question of study.questions) {
        const score = (state.answers[index] ?? {})[question.id];
        if (score !== undefined) {
          answers.push({
            trial: study.trials[trial].id,
            presentation: presentationOf(index),
            question: question.id,
            score: isPair(index) && isSwapped(index) ? 0 - score : score,
            seconds: state.seconds[index] ?? 0,
          });
        }
      }
      if (state.unplayable.includes(index)) {
        unplayable.add(study.trials[trial].id);
      }
    });
    return {
      study: study.study,
      rater: state.rater,
      order: state.order + 1,
      presentations: order().length,
      began: state.began,
      saved: new Date().toISOString(),
      answers,
      unplayable: [...unplayable],
    };
  };

  const download = () => {
    const file = new Blob([JSON.stringify(result(), null, 1) + '\n'], { type: 'application/json' });
    const link = make('a', {
      href: URL.createObjectURL(file),
      download: 'answers-' + (state.rater.replace(/[^\p{L}\p{N}_-]+/gu, '-') || 'rater') + '-' + study.study.slice(0, 6) + '.json',
    });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  };

  const end = () => {
    const again = make('button', { className: 'main', onclick: download }, 'Save the answers again');
    const back = make('button', { onclick: () => step(order().length - 1) }, 'Back');
    view = {
      keys: (event) => {
        if (event.key === 'ArrowLeft') {
          step(order().length - 1);
        }
      },
    };
    show(
      'Thank you',
      make('p', {}, 'That was all. Your answers are in a file in your downloads; please send it to whoever asked you.'),
      make('p', { className: 'row' }, back, again)
    );
    download();
  };

  // ---- One clip, or two

  const step = (index) => {
    state.at = index;
    save();
    if (index >= order().length) {
      end();
    } else {
      trial(index);
    }
  };

  const player = (media, label, onDone, onFault) => {
    const element = make(media.sound ? 'audio' : 'video', {
      controls: true,
      preload: 'auto',
      playsInline: true,
      src: media.file,
      tabIndex: -1,
    });
    const figure = make('figure', { className: 'clip' }, ...(label ? [make('b', {}, label)] : []), element);
    const done = () => {
      figure.classList.add('done');
      onDone();
    };
    element.addEventListener('ended', done);
    element.addEventListener('error', () => {
      figure.append(make('p', { className: 'warn' }, 'This browser cannot play this clip. Try another browser, or go on without it.'));
      onFault();
    });
    return { element, figure };
  };

  const trial = (index) => {
    const pair = isPair(index);
    const media = mediaAt(index);
    const answers = answersAt(index);
    const heard = new Set();
    const began = performance.now();
    let active = study.questions.findIndex((one) => !(one.id in answers));
    if (isAnswered(index)) {
      media.forEach((one, i) => heard.add(i));
    }

    const hint = make('p', { className: 'soft', role: 'status' });
    const next = make('button', { className: 'main' }, index + 1 < order().length ? 'Next' : 'Finish');
    const back = make('button', { disabled: index === 0 }, 'Back');
    const players = media.map((one, i) =>
      player(
        one,
        pair ? PAIR[2 * i] : '',
        () => {
          const first = !heard.has(i);
          heard.add(i);
          look();
          if (pair && first && i === 0 && !heard.has(1)) {
            play(1);
          }
        },
        () => {
          heard.add(i);
          if (!state.unplayable.includes(index)) {
            state.unplayable.push(index);
            save();
          }
          look();
        }
      )
    );
    const play = (i, toggle) => {
      players.forEach((one, other) => other !== i && one.element.pause());
      const element = players[i].element;
      if (toggle && !element.paused) {
        element.pause();
      } else {
        element.play().catch(() => {});
      }
    };
    players.forEach((one, i) =>
      one.element.addEventListener('play', () => players.forEach((other, j) => j !== i && other.element.pause()))
    );

    const fields = study.questions.map((question, number) => {
      const field = make('fieldset', {}, make('legend', {}, pair ? question.comparison : question.title));
      const choices = pair ? PAIR : question.scale;
      choices.forEach((words, choice) => {
        const score = pair ? choice - 1 : choice + 1;
        const input = make('input', { type: 'radio', name: question.id, checked: answers[question.id] === score });
        input.addEventListener('change', () => answer(number, score));
        field.append(make('label', {}, input, make('i', {}, String(choice + 1)), make('span', {}, words)));
      });
      field.addEventListener('focusin', () => activate(number));
      return field;
    });
    const activate = (number) => {
      active = number;
      fields.forEach((field, i) => field.classList.toggle('now', i === active));
    };
    const answer = (number, score) => {
      answers[study.questions[number].id] = score;
      save();
      fields[number].querySelectorAll('input')[pair ? score + 1 : score - 1].checked = true;
      const open = study.questions.findIndex((one) => !(one.id in answers));
      activate(open < 0 ? number : open);
      look();
    };
    const faulty = () => state.unplayable.includes(index);
    const ready = () => heard.size === media.length && (isAnswered(index) || faulty());
    const look = () => {
      next.disabled = !ready();
      hint.textContent = ready()
        ? ''
        : heard.size < media.length
          ? pair
            ? 'Play both clips to their ends.'
            : 'Play the clip to its end.'
          : pair
            ? 'Choose A, B or no difference.'
            : 'Choose a score for each question.';
    };
    const leave = (to) => {
      state.seconds[index] = Math.round((state.seconds[index] ?? 0) * 10 + (performance.now() - began) / 100) / 10;
      step(to);
    };
    next.addEventListener('click', () => ready() && leave(index + 1));
    back.addEventListener('click', () => leave(index - 1));

    view = {
      keys: (event) => {
        const target = event.target;
        const radio = target instanceof HTMLInputElement && target.type === 'radio';
        const digit = Number(event.key);
        if (event.key.length === 1 && digit >= 1 && digit <= (pair ? 3 : 5)) {
          answer(Math.max(0, active), pair ? digit - 2 : digit);
        } else if (event.key === 'Enter' && !(target instanceof HTMLButtonElement)) {
          if (ready()) {
            leave(index + 1);
          }
        } else if (event.key === 'ArrowLeft' && !radio) {
          if (index > 0) {
            leave(index - 1);
          }
        } else if (event.key === ' ' && !radio && !(target instanceof HTMLButtonElement)) {
          play(0, true);
        } else if (pair && event.key.toLowerCase() === 'a') {
          play(0, true);
        } else if (pair && event.key.toLowerCase() === 'b') {
          play(1, true);
        } else {
          return;
        }
        event.preventDefault();
      },
    };
    const so = make('button', { className: 'text', onclick: download }, 'Save the answers so far');
    show(
      (pair ? 'Pair ' : 'Clip ') + (index + 1) + ' of ' + order().length,
      make('progress', { max: order().length, value: index, ariaLabel: 'Progress' }),
      make('div', { className: pair ? 'clips' : 'clips one' }, ...players.map((one) => one.figure)),
      make('div', { className: 'questions' }, ...fields),
      hint,
      make('div', { className: 'row' }, back, next),
      make('p', { className: 'soft' }, so),
      ...(lasting ? [] : [warning()])
    );
    activate(Math.max(0, active));
    look();
    play(0);
    if (index + 1 < order().length) {
      ahead = mediaAt(index + 1).map((one) =>
        Object.assign(document.createElement(one.sound ? 'audio' : 'video'), { preload: 'auto', src: one.file })
      );
    }
  };

  document.addEventListener('keydown', (event) => {
    if (!event.ctrlKey && !event.altKey && !event.metaKey && !event.repeat) {
      view.keys(event);
    }
  });
  window.addEventListener('beforeunload', (event) => {
    if (!lasting && state) {
      event.preventDefault();
    }
  });
  document.title = study.title;
  start();
})();
