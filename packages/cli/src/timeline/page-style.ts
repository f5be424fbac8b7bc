/** The look of the page, light and dark. */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --paper: #f6f4ee; --card: #fffefb; --ink: #20272a; --muted: #5b6569; --line: #e2ded3; --life: #f3f1ea;
  --leaf: #25784a; --token: #cfe8d6; --token-other: #a9d6b8; --token-ink: #17452c;
  --berry: #c01f3f; --amber: #965d00; --sky: #54789a; --violet: #6848b8; --on: #fff;
  --shadow: 0 1px 2px rgb(32 39 42 / 6%), 0 8px 28px rgb(32 39 42 / 7%);
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #111517; --card: #191e21; --ink: #e9ece8; --muted: #9ba7aa; --line: #2b3337; --life: #1f2629;
    --leaf: #56c786; --token: #1f4a33; --token-other: #2c6446; --token-ink: #c8efd6;
    --berry: #ff6d84; --amber: #f2b452; --sky: #82afd8; --violet: #b7a2f5; --on: #12171a;
    --shadow: 0 1px 2px rgb(0 0 0 / 40%);
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; max-width: 1360px; padding: 28px 32px 64px; background: var(--paper); color: var(--ink);
  font: 15px/1.5 Inter, system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif;
  -webkit-text-size-adjust: 100%;
}
h1, h2, h3, p, dl, dd, ol, ul, figure { margin: 0; padding: 0; }
ol, ul { list-style: none; }
[hidden], .hidden { display: none; }
svg.hidden { display: block; position: absolute; }
.brand { display: flex; align-items: center; gap: 8px; font-weight: 600; letter-spacing: -.01em; color: var(--muted); }
.logo .berry { fill: var(--berry); } .logo .leaf { fill: var(--leaf); }
.logo .seed { stroke: var(--card); stroke-width: 1.4; stroke-linecap: round; opacity: .85; }
h1 { margin-top: 12px; font-size: 30px; line-height: 1.2; letter-spacing: -.022em; font-weight: 680; text-wrap: balance; overflow-wrap: anywhere; }
.intro { margin-top: 8px; max-width: 78ch; color: var(--muted); overflow-wrap: anywhere; }
.when { margin-top: 6px; color: var(--muted); font-size: 13px; font-variant-numeric: tabular-nums; }
.totals { display: flex; flex-wrap: wrap; gap: 10px 34px; margin: 20px 0 22px; }
.totals div { display: flex; flex-direction: column; }
.totals dd { font-size: 26px; font-weight: 640; line-height: 1.15; letter-spacing: -.02em; }
.totals dt { color: var(--muted); font-size: 13px; }
.totals .bad dd { color: var(--berry); }
.totals .bad dd::before { content: "! "; }
.chart { background: var(--card); border: 1px solid var(--line); border-radius: 14px; box-shadow: var(--shadow); overflow: hidden; }
.chart-top { display: flex; gap: 16px; justify-content: space-between; align-items: flex-start; padding: 14px 18px 12px; border-bottom: 1px solid var(--line); }
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; font-size: 13px; color: var(--muted); }
.legend li { display: flex; align-items: center; gap: 6px; white-space: nowrap; }
.sign { flex: none; overflow: visible; }
.legend .sign { width: 17px; height: 17px; } .legend .token { width: 24px; }
.zoom { display: flex; flex: none; border: 1px solid var(--line); border-radius: 8px; overflow: hidden; }
.zoom[hidden] { display: none; }
.zoom button { min-width: 34px; height: 32px; padding: 0 10px; border: 0; background: none; color: var(--ink); font: inherit; font-size: 14px; cursor: pointer; }
.zoom button + button { border-left: 1px solid var(--line); }
.zoom button:hover { background: var(--life); }
.scroll { overflow-x: auto; scroll-padding: 0 24px 0 170px; overscroll-behavior-x: contain; padding-bottom: 10px; }
.canvas { min-width: 100%; }
.lane { display: grid; grid-template-columns: 148px 1fr; padding: 6px 10px 0 0; }
.lane-head { position: sticky; left: 0; z-index: 1; padding: 5px 12px 0 18px; background: var(--card); }
.lane-head h2 { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 3; overflow: hidden; font-size: 15px; line-height: 1.3; font-weight: 640; overflow-wrap: anywhere; }
.lane-head p { font-size: 12px; line-height: 1.45; color: var(--muted); font-variant-numeric: tabular-nums; }
.lane svg.lane-picture, .axis { width: 100%; display: block; overflow: visible; }
.lane-picture { touch-action: pan-x pan-y; }
.axis-lane { padding-top: 8px; }
.axis text { font-size: 11.5px; fill: var(--muted); text-anchor: middle; font-variant-numeric: tabular-nums; }
.axis line { stroke: var(--line); stroke-width: 1.5; }
.axis .small { display: none; }
.zoomed .axis .small { display: block; }
.axis .note-flag { overflow: visible; }
.axis .note-flag circle { fill: var(--ink); }
.axis .note-flag text { fill: var(--card); font-weight: 640; font-size: 11px; }
.note-line { stroke: var(--muted); stroke-width: 1; stroke-dasharray: 2 4; opacity: .65; }
.life { fill: var(--life); }
.band { overflow: hidden; }
.band rect, .token .one { fill: var(--token); } .band.other rect, .token .two { fill: var(--token-other); }
.band text { font: 600 11px/1 "JetBrains Mono", ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: var(--token-ink); }
.disc { fill: currentcolor; stroke: var(--card); stroke-width: 1.5; }
.disc.hollow { fill: var(--card); stroke: currentcolor; stroke-width: 1.8; }
.ink { fill: none; stroke: var(--on); stroke-width: 1.9; stroke-linecap: round; stroke-linejoin: round; }
.disc.hollow ~ .ink { stroke: currentcolor; }
.fill { fill: var(--on); }
.bar { fill: currentcolor; stroke: currentcolor; stroke-width: 1.6; }
.hatch { fill: currentcolor; }
.k-answered { color: var(--sky); } .bar.k-answered { opacity: .78; }
.k-rejected, .k-failed, .k-renewal_failed, .k-killed, .k-person { color: var(--berry); }
.k-replayed, .k-renewed, .k-started { color: var(--leaf); }
.k-waited, .k-expired { color: var(--amber); }
.k-adopted, .k-signed_in { color: var(--violet); }
.k-odd, .k-ended { color: var(--muted); }
.bar.k-waited, .bar.k-renewal_failed, .bar.k-failed { fill-opacity: .28; }
.mark { cursor: pointer; outline: none; }
.mark.shown { filter: brightness(1.12); }
use.mark:focus-visible .disc, .mark.shown .disc { stroke: var(--ink); }
.note-flag.shown circle, .note-flag:focus-visible circle { fill: var(--violet); }
.ring { fill: none; stroke: var(--ink); stroke-width: 2; pointer-events: none; }
.accounts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 330px), 1fr)); gap: 14px; margin: 20px 0 24px; }
.account { padding: 14px 18px 16px; background: var(--card); border: 1px solid var(--line); border-left: 5px solid currentcolor; border-radius: 12px; box-shadow: var(--shadow); }
.account h2 { font-size: 16px; line-height: 1.3; color: var(--ink); overflow-wrap: anywhere; }
.account .state { font-weight: 600; font-size: 13.5px; }
.account dl { display: grid; grid-template-columns: max-content 1fr; gap: 3px 14px; margin-top: 9px; font-size: 13.5px; color: var(--ink); }
.account dt { color: var(--muted); } .account dd { overflow-wrap: anywhere; }
.account .why { margin-top: 9px; font-size: 13.5px; overflow-wrap: anywhere; }
.meter { display: block; width: 100%; height: 6px; margin: 3px 0 2px; }
.meter .whole { fill: var(--life); } .meter .part { fill: var(--leaf); }
.level-good { color: var(--leaf); } .level-warning { color: var(--amber); } .level-sign_in { color: var(--berry); } .level-cannot_tell { color: var(--violet); }
.gone::before { content: "The program that serves this page has ended, or cannot be reached."; position: sticky; top: 0; z-index: 4; display: block; padding: 8px 14px; border-radius: 8px; background: var(--berry); color: var(--on); }
.story { margin-top: 34px; }
.story h2 { font-size: 20px; letter-spacing: -.015em; margin-bottom: 10px; }
.story h3 { display: flex; align-items: baseline; gap: 10px; margin: 22px 0 6px; font-size: 15px; font-weight: 640; overflow-wrap: anywhere; }
.story h3 time { margin-left: auto; font-weight: 400; }
.flag { flex: none; width: 20px; height: 20px; border-radius: 50%; background: var(--ink); color: var(--card); font-size: 11px; line-height: 20px; text-align: center; font-weight: 640; }
.story li { display: grid; grid-template-columns: 62px minmax(70px, 130px) 20px 1fr; gap: 10px; align-items: baseline; padding: 4px 10px 4px 0; border-top: 1px solid var(--line); font-size: 14px; }
.story .sign { align-self: center; width: 18px; height: 18px; }
.story time { color: var(--muted); font-size: 12.5px; text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.who { font-weight: 600; overflow-wrap: anywhere; }
.what { overflow-wrap: anywhere; }
.why { display: inline; color: var(--muted); margin-left: 10px; font-size: 13px; }
.more, .nothing { margin-top: 12px; color: var(--muted); }
#tip {
  position: fixed; z-index: 5; left: 0; top: 0; max-width: min(380px, calc(100vw - 24px)); padding: 9px 12px; border-radius: 9px;
  background: var(--ink); color: var(--paper); font-size: 13px; line-height: 1.45; white-space: pre-line; overflow-wrap: anywhere;
  box-shadow: 0 6px 24px rgb(0 0 0 / 25%); pointer-events: none;
}
#tip[hidden] { display: none; }
#tip b { font-weight: 640; }
#tip small { opacity: .75; font-size: 12px; font-variant-numeric: tabular-nums; }
:focus-visible { outline: 2px solid var(--violet); outline-offset: 2px; }
.scroll:focus-visible { outline-offset: -3px; }
@media (max-width: 700px) {
  body { padding: 18px 14px 48px; }
  h1 { font-size: 23px; }
  .totals { display: grid; grid-template-columns: 1fr 1fr; gap: 12px 16px; }
  .totals dd { font-size: 22px; }
  .chart { margin: 0 -6px; }
  .chart-top { flex-direction: column; padding: 12px 14px; gap: 10px; }
  .legend { display: grid; grid-template-columns: 1fr 1fr; gap: 4px 10px; width: 100%; font-size: 12.5px; }
  .legend li { white-space: normal; }
  .canvas { min-width: 640px; }
  .scroll { scroll-padding: 0 24px; }
  .lane { display: block; padding: 8px 8px 0; }
  .axis-lane .lane-head { display: none; }
  .lane-head { position: sticky; left: 8px; display: inline-flex; gap: 8px; align-items: baseline; padding: 0 6px 4px; max-width: calc(100vw - 60px); background: none; flex-wrap: wrap; }
  .story li { grid-template-columns: 52px 20px 1fr; gap: 2px 8px; }
  .story li .who { grid-column: 3; grid-row: 1; font-size: 12.5px; color: var(--muted); }
  .story li .sign { grid-column: 2; grid-row: 1 / span 2; align-self: start; margin-top: 2px; }
  .story li .what { grid-column: 3; }
  .story li time { grid-column: 1; grid-row: 1; }
  .why { display: block; margin-left: 0; }
}
@media (prefers-reduced-motion: no-preference) { .zoom button { transition: background .12s; } }
@media print { .zoom { display: none; } .scroll { overflow: visible; } }
`;
