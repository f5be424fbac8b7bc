/**
 * What the page does by itself: the reason of a mark by pointer, finger and keyboard; zoom; and, where it is served live, news.
 * A text, since it runs elsewhere: its fingerprint is in the policy of the page, so nothing else runs there.
 */
export const PAGE_SCRIPT = `
'use strict';
(() => {
  const main = document.getElementById('main');
  const tip = document.getElementById('tip');
  const NEAR = 14;
  let words = [], shown, zoom = 1, places = new WeakMap();
  const marksIn = (picture) => [...picture.querySelectorAll('.mark')].sort((a, b) => a.dataset.mark - b.dataset.mark);
  const wordsOf = (mark) => words[mark.dataset.mark] ?? '';

  function begin() {
    const data = document.getElementById('words');
    words = data ? JSON.parse(data.textContent) : [];
    places = new WeakMap();
    shown = undefined;
    tip.hidden = true;
    for (const picture of main.querySelectorAll('.lane-picture')) makeEntry(marksIn(picture)[0]);
    const tools = main.querySelector('.zoom');
    if (tools) tools.hidden = false;
    setZoom(zoom, 0);
  }

  // One mark of each lane is reached by Tab; arrow keys go on from there.
  function makeEntry(mark) {
    if (!mark) return;
    mark.setAttribute('tabindex', '0');
    mark.setAttribute('role', 'img');
    mark.setAttribute('aria-label', wordsOf(mark).replaceAll('\\n', ', '));
  }

  function show(mark, silently) {
    if (shown && shown !== mark) shown.classList.remove('shown');
    shown = mark;
    if (!mark) { tip.hidden = true; return; }
    mark.classList.add('shown');
    const [when, title, ...why] = wordsOf(mark).split('\\n');
    const heading = document.createElement('b');
    heading.textContent = title;
    const time = document.createElement('small');
    time.textContent = when;
    tip.replaceChildren(time, '\\n', heading, ...why.flatMap((line) => ['\\n', line]));
    tip.setAttribute('role', silently ? 'presentation' : 'status');
    tip.hidden = false;
    const at = mark.getBoundingClientRect(), size = tip.getBoundingClientRect();
    const left = Math.min(Math.max(12, at.left + at.width / 2 - size.width / 2), innerWidth - size.width - 12);
    const above = at.top - size.height - 10;
    tip.style.transform = 'translate(' + Math.round(left) + 'px,' + Math.round(above > 8 ? above : at.bottom + 10) + 'px)';
  }

  function placesOf(picture) {
    let known = places.get(picture);
    if (known) return known;
    known = marksIn(picture).map((mark) => ({
      mark,
      x: parseFloat(mark.getAttribute('x')) / 100,
      width: parseFloat(mark.getAttribute('width') ?? 0) / 100,
      y: Number(mark.getAttribute('y')),
      height: Number(mark.getAttribute('height') ?? 0),
    }));
    places.set(picture, known);
    return known;
  }

  // A request may be a pixel wide: the nearest mark is the one that is meant.
  function nearest(event) {
    const picture = event.target.closest?.('.lane-picture');
    if (!picture) return undefined;
    const box = picture.getBoundingClientRect();
    const px = event.clientX - box.left, py = event.clientY - box.top;
    const off = (value, from, length) => Math.max(from - value, 0, value - from - length);
    let best, least = NEAR * NEAR;
    for (const { mark, x, width, y, height } of placesOf(picture)) {
      const dx = off(px, x * box.width, width * box.width), dy = off(py, y, height);
      // Signs lie over bars.
      const distance = dx * dx + dy * dy - (height ? 0 : 60);
      if (distance < least) { least = distance; best = mark; }
    }
    return best;
  }

  main.addEventListener('pointermove', (event) => {
    if (event.pointerType === 'touch') return;
    const mark = nearest(event);
    if (mark !== shown) show(mark, true);
  });
  main.addEventListener('pointerleave', () => show(document.activeElement?.closest?.('.mark') ?? undefined, true));
  addEventListener('click', (event) => {
    const line = event.target.closest?.('[data-shows]');
    if (line) return reveal(main.querySelector('[data-mark="' + line.dataset.shows + '"]'));
    show(nearest(event));
  });

  function reveal(mark) {
    if (!mark) return;
    mark.closest('.lane').scrollIntoView({ block: 'center' });
    mark.scrollIntoView({ block: 'nearest', inline: 'center' });
    show(mark);
  }

  main.addEventListener('focusin', (event) => {
    if (event.target.matches('.mark') && event.target.matches(':focus-visible')) show(event.target, true);
  });
  main.addEventListener('focusout', () => show(undefined));
  // What is shown stays beside its mark, as long as that can be seen.
  addEventListener('scroll', () => {
    if (!shown) return;
    const { top, bottom, left, right } = shown.getBoundingClientRect();
    show(bottom < 0 || top > innerHeight || right < 0 || left > innerWidth ? undefined : shown, true);
  }, { capture: true, passive: true });

  addEventListener('keydown', (event) => {
    if (event.key === 'Escape') return show(undefined);
    const mark = event.target;
    if (!mark.matches?.('.mark') || event.ctrlKey || event.metaKey || event.altKey) return;
    const marks = marksIn(mark.closest('.lane-picture'));
    const at = marks.indexOf(mark);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: marks.length - 1, PageDown: at + 20, PageUp: at - 20 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = marks[Math.min(Math.max(to, 0), marks.length - 1)];
    mark.setAttribute('tabindex', '-1');
    makeEntry(next);
    next.focus();
    show(next, true);
  });

  function setZoom(next, middle) {
    const scroll = main.querySelector('.scroll'), canvas = main.querySelector('.canvas');
    if (!scroll) return;
    const width = scroll.scrollWidth;
    const box = shown?.getBoundingClientRect(), from = scroll.getBoundingClientRect().left;
    const seen = box ? box.left - from : scroll.clientWidth / 2;
    const centre = (scroll.scrollLeft + seen) / width;
    zoom = Math.min(Math.max(next, 1), 64);
    const base = Math.max(scroll.clientWidth, innerWidth <= 700 ? 640 : 0);
    canvas.style.width = zoom === 1 ? '' : base * zoom + 'px';
    canvas.classList.toggle('zoomed', zoom >= 4);
    if (middle !== 0) scroll.scrollLeft = centre * scroll.scrollWidth - scroll.clientWidth / 2;
    main.querySelector('[data-zoom=out]').disabled = zoom === 1;
  }
  main.addEventListener('click', (event) => {
    const step = event.target.closest?.('[data-zoom]')?.dataset.zoom;
    if (step) setZoom(step === 'in' ? zoom * 2 : step === 'out' ? zoom / 2 : 1);
  });

  // Served live: the key is in the fragment, which no browser sends anywhere by itself.
  async function follow(key) {
    let seen = '';
    for (;;) {
      try {
        const answer = await fetch('/live', { headers: { 'everbearer-key': key, 'everbearer-seen': seen }, cache: 'no-store' });
        if (answer.status === 403) return say('This address has no valid key. Open the one that the terminal shows.');
        if (answer.status === 200) { seen = answer.headers.get('everbearer-seen') ?? ''; renew(await answer.text()); }
        document.body.classList.remove('gone');
      } catch {
        document.body.classList.add('gone');
      }
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
  function say(text) {
    const line = document.createElement('p');
    line.className = 'nothing';
    line.textContent = text;
    main.replaceChildren(line);
  }
  function renew(html) {
    const focused = document.activeElement?.dataset?.mark, seen = shown?.dataset.mark;
    const find = (number) => number === undefined ? undefined : main.querySelector('[data-mark="' + number + '"]');
    const left = main.querySelector('.scroll')?.scrollLeft ?? 0;
    main.innerHTML = html;
    begin();
    const scroll = main.querySelector('.scroll');
    if (scroll) scroll.scrollLeft = left;
    const again = find(focused);
    if (find(seen)) show(find(seen), true);
    if (again) { makeEntry(again); again.focus({ preventScroll: true }); }
  }

  begin();
  if (document.body.dataset.live) {
    // It stays in this tab, and in no history.
    if (location.hash.length > 1) sessionStorage.setItem('key', location.hash.slice(1));
    history.replaceState(null, '', '/');
    void follow(sessionStorage.getItem('key') ?? '');
  }
})();
`;
