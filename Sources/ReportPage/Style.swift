/// The style sheet of the page. Colours of the arms: Okabe and Ito (2008), lightened in the dark.
let styleSheet: HTML = .raw(
  """
  :root{color-scheme:light dark;--bg:#fbfaf7;--card:#fff;--ink:#1c1d1f;--soft:#5c6068;--line:#e5e2da;--wash:#f3f1eb;
  --good:#00795a;--bad:#b3261e;--warn:#9a5b00;--warn-wash:#fdf3e0;
  --a0:#d55e00;--a1:#b87a00;--a2:#0072b2;--a3:#009e73;--a4:#a8508a;--a5:#2b8fc4;--a6:#7d7400;--teacher:#4b4f57}
  @media (prefers-color-scheme:dark){:root{--bg:#131416;--card:#1a1c1f;--ink:#ececea;--soft:#a3a8b0;--line:#2e3136;--wash:#212428;
  --good:#3ecf9e;--bad:#ff8a80;--warn:#f2b84b;--warn-wash:#2b2415;
  --a0:#ff8a45;--a1:#f0b73c;--a2:#56b4e9;--a3:#35cfa0;--a4:#e59ac8;--a5:#8fd0f5;--a6:#e6dc5a;--teacher:#c3c8d0}}
  *{box-sizing:border-box}
  html{-webkit-text-size-adjust:100%;scroll-padding-top:1rem}
  body{margin:0;background:var(--bg);color:var(--ink);font:17px/1.6 ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,"DejaVu Sans",sans-serif;font-variant-numeric:tabular-nums;overflow-wrap:break-word}
  main{max-width:60rem;margin:0 auto;padding:3.5rem 1.5rem 5rem}
  h1{font-size:clamp(1.9rem,5vw,2.9rem);line-height:1.12;letter-spacing:-.022em;margin:.35rem 0 1rem;font-weight:680;text-wrap:balance}
  h2{font-size:1.6rem;line-height:1.2;letter-spacing:-.014em;margin:0 0 .5rem;font-weight:660}
  h3{font-size:1.08rem;margin:2.4rem 0 .4rem;font-weight:640}
  section{margin-top:4.5rem}
  p{margin:.6rem 0;max-width:44rem}
  a{color:inherit;text-decoration-color:var(--soft);text-underline-offset:.18em}
  .eyebrow{color:var(--soft);font-size:.82rem;letter-spacing:.09em;text-transform:uppercase;margin:0}
  .lead{color:var(--soft);margin-bottom:1.4rem}
  .about{font-size:1.08rem;color:var(--soft);margin:0 0 2rem}
  code,pre,.mono{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.86em}
  code{background:var(--wash);border-radius:4px;padding:.08em .35em}
  .verdict{background:var(--card);border:1px solid var(--line);border-radius:14px;padding:1.6rem 1.8rem 1.4rem;box-shadow:0 1px 2px rgb(0 0 0/.04),0 12px 32px -18px rgb(0 0 0/.18)}
  .answer{font-size:1.27rem;line-height:1.45;letter-spacing:-.008em;margin:.7rem 0 .2rem;max-width:none;font-weight:520;text-wrap:pretty}
  .answer+.badge-line{margin-top:1.6rem}
  .answer.second{font-size:1.05rem;font-weight:450}
  .badge{display:inline-block;font-size:.76rem;font-weight:650;letter-spacing:.04em;text-transform:uppercase;border-radius:99px;padding:.14rem .7rem;border:1.5px solid currentColor;color:var(--soft)}
  .badge.better{color:var(--good)}.badge.worse{color:var(--bad)}
  .badge-line{margin:0;color:var(--soft);font-size:.9rem}.badge-line .badge{margin-right:.6rem}
  .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(8.6rem,1fr));gap:0;margin:1.5rem 0 .4rem;border-top:1px solid var(--line);border-bottom:1px solid var(--line)}
  .tile{padding:.95rem 1rem .9rem 0;min-width:0}
  .tile .arm{font-size:.86rem}.tile .quiet{font-size:.86rem;color:var(--soft)}
  .big{font-size:1.75rem;line-height:1.2;letter-spacing:-.02em;font-weight:620;display:block;margin-top:.15rem}
  .sub{color:var(--soft);font-size:.8rem;line-height:1.4;display:block}
  dl{display:grid;grid-template-columns:10.5rem 1fr;gap:.5rem 1.2rem;margin:1.2rem 0 0;font-size:.94rem;line-height:1.5}
  dt{color:var(--soft)}dd{margin:0;min-width:0}dd p{margin:0 0 .45rem;max-width:none}dd p:last-child{margin:0}
  nav{display:flex;flex-wrap:wrap;gap:.35rem 1.2rem;margin:1.6rem 0 0;font-size:.9rem}
  nav a{color:var(--soft);text-decoration:none;border-bottom:1px solid var(--line)}
  nav a:hover{color:var(--ink);border-color:currentColor}
  figure{margin:1.6rem 0 2.6rem;background:var(--card);border:1px solid var(--line);border-radius:12px;padding:1.3rem 1.4rem 1rem}
  .plot{overflow-x:auto}
  .chart{display:block;width:100%;height:auto}
  figcaption{color:var(--soft);font-size:.9rem;line-height:1.5;margin-top:.9rem;max-width:46rem}
  details{margin-top:.7rem;font-size:.9rem}
  summary{cursor:pointer;color:var(--soft);font-size:.86rem}
  summary:hover{color:var(--ink)}
  .scroll{overflow-x:auto;margin:.8rem 0 1.2rem}
  table{border-collapse:collapse;width:100%;font-size:.88rem;line-height:1.45}
  th,td{padding:.48rem .7rem;text-align:right;border-bottom:1px solid var(--line);font-weight:400;vertical-align:baseline}
  th:first-child,td.w,th.w{text-align:left;padding-left:0}
  td.n,th.n{white-space:nowrap}
  th:last-child,td:last-child{padding-right:.1rem}
  thead th{color:var(--soft);font-size:.79rem;line-height:1.3;vertical-align:bottom;border-bottom:1px solid var(--soft)}
  tbody th{white-space:nowrap}
  .wrap tbody th,.wrap td.w{white-space:normal}
  .dense{font-size:.8rem}.dense th,.dense td{padding-right:.35rem}.dense td,.dense th+th{padding-left:.35rem}
  .counts td:last-child{white-space:normal;min-width:14rem}
  .split{display:block;color:var(--soft);font-size:.9em}
  .arm{white-space:nowrap;font-weight:560}.arm svg{vertical-align:-.06em;margin-right:.15rem}
  .yes{color:var(--good);font-weight:620}.no{color:var(--bad);font-weight:620}.quiet{color:var(--soft)}
  .flags{list-style:none;margin:1rem 0;padding:0}
  .flags li{background:var(--warn-wash);border-left:3px solid var(--warn);border-radius:0 8px 8px 0;padding:.55rem .95rem;margin:.5rem 0;font-size:.93rem;line-height:1.5}
  .flags b{color:var(--warn);font-weight:640;margin-right:.35rem}
  .paired{font-weight:620;margin-top:1.3rem}
  .holds{list-style:none;margin:.6rem 0 1rem;padding:0;font-size:.9rem;line-height:1.45;columns:24rem 2;column-gap:2.2rem}
  .holds li{padding:.22rem 0 .22rem 1.5rem;position:relative;break-inside:avoid}
  .holds li::before{content:"\\2713";position:absolute;left:.15rem;color:var(--good);font-weight:700}
  .key{display:flex;flex-wrap:wrap;gap:.3rem 1.3rem;font-size:.86rem;margin-top:.5rem}
  .key.narrow{display:none}
  .records{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(17rem,100%),1fr));gap:1rem;margin:1rem 0 2rem}
  .record{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:1rem 1.1rem;min-width:0}
  .record .head{display:flex;justify-content:space-between;gap:.6rem;font-size:.8rem;color:var(--soft);margin:0}
  .record p{max-width:none}
  .record pre{margin:.6rem 0 .5rem;white-space:pre-wrap;overflow-wrap:anywhere;line-height:1.5;font-size:.82rem}
  .record .problem{font-weight:650;border-bottom:1px dashed var(--line);padding-bottom:.5rem;margin-bottom:.5rem}
  .record .id{font-size:.7rem;color:var(--soft);margin:0;overflow-wrap:anywhere}
  pre.commands{background:var(--wash);border-radius:10px;padding:1rem 1.2rem;overflow-x:auto;line-height:1.7}
  footer{margin-top:5rem;padding-top:1.2rem;border-top:1px solid var(--line);color:var(--soft);font-size:.86rem}
  .chart text{font-size:12.5px;fill:var(--ink);font-family:inherit;font-variant-numeric:tabular-nums}
  .chart .tick,.chart .title,.chart .quiet{fill:var(--soft)}.chart .title{font-size:12px}
  .chart .direct{font-size:13.5px;font-weight:620}.chart .direct.quiet{font-weight:450}
  .chart .name{font-size:13.5px;font-weight:600}.chart .value{font-size:12.5px}
  .grid{stroke:var(--line);stroke-width:1}.zero{stroke:var(--soft);stroke-width:1.1}
  .level{stroke:var(--soft);stroke-width:1.2;stroke-dasharray:2 4;stroke-linecap:round}
  .teacher-line{stroke:var(--teacher);stroke-width:1.6;stroke-dasharray:5 4}
  .lead-line{stroke:var(--line);stroke-width:1}
  .thin{fill:none;stroke-width:1.1;opacity:.5;stroke-linejoin:round}.thick{fill:none;stroke-width:2.6;stroke-linejoin:round;stroke-linecap:round}
  .band{opacity:.11;stroke:none}.whisker{stroke-width:2.2;stroke-linecap:round}.whisker.plain{stroke:var(--ink);stroke-width:1.6}
  .rug{stroke-width:1.6;opacity:.75}.mean{stroke-width:2.4;stroke-linecap:round}
  .ring{fill:none;stroke:var(--teacher);stroke-width:2}
  .mark{stroke:var(--card);stroke-width:1}.mark.faint{opacity:.55}
  .thin.a0,.thick.a0,.whisker.a0,.rug.a0,.mean.a0{stroke:var(--a0)}.thin.a1,.thick.a1,.whisker.a1,.rug.a1,.mean.a1{stroke:var(--a1)}
  .thin.a2,.thick.a2,.whisker.a2,.rug.a2,.mean.a2{stroke:var(--a2)}.thin.a3,.thick.a3,.whisker.a3,.rug.a3,.mean.a3{stroke:var(--a3)}
  .thin.a4,.thick.a4,.whisker.a4,.rug.a4,.mean.a4{stroke:var(--a4)}.thin.a5,.thick.a5,.whisker.a5,.rug.a5,.mean.a5{stroke:var(--a5)}
  .thin.a6,.thick.a6,.whisker.a6,.rug.a6,.mean.a6{stroke:var(--a6)}
  .mark.a0,.band.a0,.bar.a0,.chart .direct.a0{fill:var(--a0)}.mark.a1,.band.a1,.bar.a1,.chart .direct.a1{fill:var(--a1)}
  .mark.a2,.band.a2,.bar.a2,.chart .direct.a2{fill:var(--a2)}.mark.a3,.band.a3,.bar.a3,.chart .direct.a3{fill:var(--a3)}
  .mark.a4,.band.a4,.bar.a4,.chart .direct.a4{fill:var(--a4)}.mark.a5,.band.a5,.bar.a5,.chart .direct.a5{fill:var(--a5)}
  .mark.a6,.band.a6,.bar.a6,.chart .direct.a6{fill:var(--a6)}.chart .direct.teacher{fill:var(--teacher)}
  .arm.a0{color:var(--a0)}.arm.a1{color:var(--a1)}.arm.a2{color:var(--a2)}.arm.a3{color:var(--a3)}.arm.a4{color:var(--a4)}.arm.a5{color:var(--a5)}.arm.a6{color:var(--a6)}.arm.teacher{color:var(--teacher)}
  .bar.student{fill:var(--a2)}.bar.labelling{fill:var(--a1);opacity:.9}.bar.training{fill:var(--soft);opacity:.55}.bar.kept{fill:var(--a3)}
  @media (max-width:40rem){body{font-size:16px}main{padding:2rem 1rem 4rem}section{margin-top:3.4rem}
  .verdict{padding:1.2rem 1.1rem 1.1rem;border-radius:12px}.answer{font-size:1.12rem}
  dl{grid-template-columns:1fr;gap:.1rem}dd{margin-bottom:.7rem}
  figure{padding:1rem .8rem .8rem;margin-left:-.3rem;margin-right:-.3rem}.chart{min-width:26rem}.key.narrow{display:flex}
  .chart text{font-size:15.5px}.chart .direct,.chart .name{font-size:16.5px}.chart .value,.chart .title{font-size:14px}
  .tiles{grid-template-columns:repeat(2,1fr)}.big{font-size:1.45rem}th,td{padding:.45rem .5rem}}
  @media print{:root{--bg:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#ccc;--wash:#f4f4f4}
  body{font-size:10pt}main{max-width:none;padding:0}nav{display:none}section{margin-top:2rem}.verdict{box-shadow:none}
  figure,.record,.verdict{break-inside:avoid}h2,h3{break-after:avoid}.plot,.scroll{overflow:visible}}
  """)
