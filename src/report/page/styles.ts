/** How the page looks, in light, in dark, on paper. Every colour is a variable, and none of them says anything that a shape or a word does not say too. */
import { Html } from './html.ts'

const LIGHT = `--ground:#fff;--text:#1c2128;--faint:#5a6472;--line:#d5dae1;--stripe:#f5f7f9;--panel:#f5f7f9;--link:#0b57d0;--focus:#0b57d0;
--healthy:#8fd19e;--degraded:#f3cf6b;--unhealthy:#ee9186;--on-health:#16210f;--ok:#6aa9e0;--ok-line:#1565b5;--fail:#d9822b;--info:#9b7fd1;--lit:#c2185b;--lit-fill:#fde3ee;
--lead:#2b6cb0;--on-lead:#fff;--seek:#e2a93b;--plain:#9fb3c8;--asleep:#c3cad3;--dead:#8b949e;--fault:#c62828;--undone:#2e7d32;--good:#1b7a34;--bad:#b3261e;--open:#8a5a00;
--m0:#c62828;--m1:#6a3fc0;--m2:#b86400;--m3:#00796b;--m4:#ad1f77;--m5:#1565b5;--m6:#5d7a00;--m7:#8496aa`

const DARK = `--ground:#14181d;--text:#e3e8ee;--faint:#9aa6b4;--line:#39424d;--stripe:#1a2027;--panel:#1c232b;--link:#8ab8ff;--focus:#8ab8ff;
--healthy:#2f7d46;--degraded:#92741b;--unhealthy:#a03f36;--on-health:#f2f6ee;--ok:#3f83c4;--ok-line:#7fb8f0;--fail:#d9822b;--info:#a58bdc;--lit:#ff6fa8;--lit-fill:#4a1f33;
--lead:#4d8fd6;--on-lead:#0c1420;--seek:#c99732;--plain:#5d7288;--asleep:#4b545f;--dead:#7b8692;--fault:#ff7b72;--undone:#6cc784;--good:#6cc784;--bad:#ff8a80;--open:#e5b567;
--m0:#ff7b72;--m1:#b79af0;--m2:#f0a050;--m3:#4cc2b1;--m4:#f08cc4;--m5:#7fb8f0;--m6:#b5cc5a;--m7:#6f8296`

const TEXT = `*{box-sizing:border-box}
html{color-scheme:light dark}
body{margin:0 auto;padding:0 20px 60px;max-width:1180px;background:var(--ground);color:var(--text);font:15px/1.5 system-ui,sans-serif}
h1{font-size:1.6rem;line-height:1.25;margin:.2rem 0 .4rem}h2{font-size:1.2rem;margin:2.2rem 0 .7rem;padding-top:.6rem;border-top:1px solid var(--line)}h3{font-size:1.05rem;margin:1.2rem 0 .4rem}h4,h5,h6{font-size:1rem;margin:1.4rem 0 .3rem}
code,pre{font-family:ui-monospace,Menlo,Consolas,monospace;font-size:.88em;unicode-bidi:isolate}
pre{margin:.3rem 0;white-space:pre-wrap;overflow-wrap:anywhere}p{margin:.45rem 0}a{color:var(--link)}
:focus-visible{outline:2px solid var(--focus);outline-offset:2px}
.skip{position:absolute;left:-999px}.skip:focus{left:8px;top:8px;background:var(--ground);padding:6px 10px;z-index:2}
.note,.when,figcaption,.count{color:var(--faint);font-size:.9em}.when{font-variant-numeric:tabular-nums}
header{padding-top:18px}.outcome{font-size:1.15rem;font-weight:600}.sign{white-space:nowrap;font-weight:600}.sign-good{color:var(--good)}.sign-bad{color:var(--bad)}.sign-open{color:var(--open)}.sign-quiet{color:var(--faint)}
.about{display:flex;flex-wrap:wrap;gap:2px 22px;padding:0;margin:.4rem 0;list-style:none}
.again{display:flex;justify-content:space-between;align-items:center;gap:12px;background:var(--panel);border:1px solid var(--line);border-radius:6px;padding:8px 12px;margin:.6rem 0;overflow-wrap:anywhere}
nav ul{display:flex;flex-wrap:wrap;gap:4px 18px;padding:0;list-style:none;margin:.6rem 0}
table{border-collapse:collapse;margin:.6rem 0;max-width:100%}th,td{text-align:left;vertical-align:top;padding:4px 14px 4px 0;border-bottom:1px solid var(--line);overflow-wrap:anywhere}th{overflow-wrap:break-word}thead th{color:var(--faint);font-weight:500;font-size:.9em}.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}th[scope=row]{font-weight:600}
details{margin:.5rem 0}summary{cursor:pointer;padding:3px 0}.moment>summary{font-weight:600}
ul.facts,ul.told,ol.faults{padding-left:1.4em;margin:.4rem 0}.told{list-style:none;padding-left:.4em;font-size:.93em;columns:2 360px}
figure{margin:.6rem 0}.key::before{content:"";display:inline-block;width:.8em;height:.8em;margin-right:.3em;vertical-align:-.05em}.key{margin-left:.8em}.key-ok::before{background:var(--ok)}.key-fail::before{background:var(--fail)}.key-info::before{background:var(--info)}
.legend{display:flex;flex-wrap:wrap;gap:2px 16px;padding:0;margin:.4rem 0;list-style:none;font-size:.88em}.legend li{display:flex;align-items:center;gap:5px}
.lesson{max-width:78ch}.block,.predict{border-left:4px solid var(--line);background:var(--panel);padding:6px 14px;margin:.8rem 0;border-radius:0 6px 6px 0}.block-passed{border-left-color:var(--good)}.block-failed,.block-environment{border-left-color:var(--bad)}.block-unknown{border-left-color:var(--open)}.predict{border-left-style:dashed}.predict ul{padding-left:1.3em}
.block-head{margin:.1rem 0}.command{margin:.3rem 0}.command p{margin:0}.typed::before{content:"> ";color:var(--faint)}.answer{margin:.05rem 0 .1rem 1.2em;color:var(--faint)}.command.wrong{border-left:3px solid var(--bad);padding-left:8px}.expected{color:var(--bad);margin:0 0 .2rem 1.2em}.why{font-weight:600}.unrun{color:var(--faint)}blockquote{border-left:3px solid var(--line);margin:.5rem 0;padding-left:12px;color:var(--faint)}
.tools{display:flex;flex-wrap:wrap;gap:8px;align-items:center;margin:.4rem 0}button{font:inherit;font-size:.88em;color:inherit;background:var(--panel);border:1px solid var(--line);border-radius:5px;padding:2px 10px;cursor:pointer}button[aria-pressed]{display:flex;align-items:center;gap:5px;background:none}button[aria-pressed=false]{opacity:.5;text-decoration:line-through}`

const PICTURES = `.scroll{overflow-x:auto}.picture,.plot{display:block;width:100%;min-width:720px;height:auto;color:var(--text)}.swatch{flex:none}
svg text{font:11px system-ui,sans-serif;fill:var(--text)}svg .tick-label{fill:var(--faint);font-size:10.5px}.lane-label{font-weight:600}
.tick{stroke:var(--line);stroke-width:.6}.stripe{fill:var(--stripe)}
.rule-fault{stroke:var(--fault);stroke-dasharray:3 3;stroke-width:.9;opacity:.75}.rule-undone{stroke:var(--undone);stroke-dasharray:1 4;opacity:.8}.rule-told{stroke:var(--faint)}
.health-healthy{fill:var(--healthy)}.health-degraded{fill:var(--degraded)}.health-unhealthy{fill:var(--unhealthy)}.over-degraded{fill:url(#hatch)}.over-unhealthy{fill:url(#crossed)}svg .on-health{fill:var(--on-health);font-weight:600}
.mark-fault{fill:var(--fault)}.mark-undone{fill:var(--undone)}svg .mark-number{font-size:9px;fill:var(--faint)}
.step{fill:var(--panel);stroke:var(--line)}.step-passed{stroke:var(--good)}.step-failed{stroke:var(--bad);stroke-width:2}.step-unknown{stroke:var(--open);stroke-dasharray:3 2}svg .on-step{font-size:10px}
.node-lead{fill:var(--lead)}svg .on-lead{fill:var(--on-lead);font-weight:600;paint-order:stroke;stroke:var(--lead);stroke-width:3px}.node-seek{fill:var(--seek);stroke:var(--text);stroke-width:.6;stroke-dasharray:2 2}.node-plain{fill:var(--plain)}.node-none{fill:var(--plain);opacity:.5}.node-asleep{fill:var(--asleep);stroke:var(--faint);stroke-dasharray:3 3}.node-starting{fill:none;stroke:var(--plain);stroke-dasharray:2 2}.node-dead,.node-unknown{stroke:var(--dead);stroke-dasharray:1 5}.cross{stroke:var(--bad);stroke-width:2;fill:none}
.op-ok{fill:var(--ok)}.op-fail{fill:var(--fail)}.op-info{fill:var(--lit-fill);fill:none;stroke:var(--info);stroke-width:1.2;stroke-dasharray:3 1.5}path.op-info{fill:var(--info);stroke:none;opacity:.6}.op-cross{stroke:var(--fail);stroke-width:1.4;fill:none}
.lit-box{fill:var(--lit-fill);stroke:var(--lit);stroke-width:1.6}svg .lit-name{fill:var(--lit);font-weight:700}svg .lit-words{font-family:ui-monospace,Menlo,Consolas,monospace;font-size:10.5px}.lit:target .lit-box{stroke-width:4}
.m{fill:none;stroke-width:1}.m0{stroke:var(--m0)}.m1{stroke:var(--m1)}.m2{stroke:var(--m2)}.m3{stroke:var(--m3)}.m4{stroke:var(--m4)}.m5{stroke:var(--m5)}.m6{stroke:var(--m6)}.m7{stroke:var(--m7)}.m7{stroke-width:.7}.d1{stroke-dasharray:5 2}.d2{stroke-dasharray:2 2}.d3{stroke-dasharray:9 2 1 2}.d4{stroke-dasharray:1 3}.d5{stroke-dasharray:7 4}.dropped{stroke-width:1.6}.said circle{fill:var(--text)}svg .said text{font-size:10px;paint-order:stroke;stroke:var(--ground);stroke-width:3px}
.plot text{fill:currentColor}.cursor{stroke:var(--text);stroke-width:1}`

const PAPER = `@media print{body{max-width:none;padding:0;font-size:10.5pt}nav,.tools,.skip,.again button{display:none}.scroll{overflow:visible}.picture,.plot{min-width:0}section{break-inside:auto}svg,table,.block,.command{break-inside:avoid}details::details-content{content-visibility:visible;display:block;height:auto}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}`

export const STYLES = new Html(
  `:root{${LIGHT}}@media (prefers-color-scheme:dark){:root{${DARK}}}@media print{:root{${LIGHT}}}\n${TEXT}\n${PICTURES}\n${PAPER}`,
)

/** Hatches for what colours say, once for all pictures of the page. */
export const PATTERNS = new Html(
  `<svg width="0" height="0" style="position:absolute" aria-hidden="true" xmlns="http://www.w3.org/2000/svg"><defs><pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path d="M0,0V7" stroke="#000" stroke-opacity=".3" stroke-width="2"/></pattern><pattern id="crossed" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path d="M0,0V7M0,0H7" stroke="#000" stroke-opacity=".35" stroke-width="1.6"/></pattern></defs></svg>`,
)
