/** Set by whatever of these texts a browser runs. */
export const mark = 'parleyWasRun';
const run = `window.${mark}=true`;
const elsewhere = 'http://127.0.0.1:9/stolen';

/** What somebody may write in the hope that another person's browser runs it, or asks another server for something. */
export const hostileTexts: readonly string[] = [
  `<script>${run}</script>`,
  `</script><script>${run}</script>`,
  `<img src=x onerror="${run}">`,
  `<img src="${elsewhere}">`,
  `<svg onload=${run}>`,
  `<svg><animate onbegin=${run} attributeName=x dur=1s>`,
  `<svg><script>${run}</script></svg>`,
  `<math><mtext></table><img src=x onerror=${run}></mtext></math>`,
  `<iframe srcdoc="<script>parent.${mark}=true</script>"></iframe>`,
  `<iframe src="javascript:parent.${mark}=true"></iframe>`,
  `<body onload=${run}>`,
  `<input autofocus onfocus=${run}>`,
  `<details open ontoggle=${run}>x</details>`,
  `<video><source onerror="${run}"></video>`,
  `<style>@import '${elsewhere}';</style>`,
  `<link rel=stylesheet href=${elsewhere}>`,
  `<meta http-equiv=refresh content="0;url=${elsewhere}">`,
  `<base href="${elsewhere}/">`,
  `<form action=${elsewhere}><button autofocus>x</button></form>`,
  `<object data="${elsewhere}"></object><embed src="${elsewhere}">`,
  `<a href="javascript:${run}">https://example.com</a>`,
  `javascript:${run}//https://example.com`,
  `JaVaScRiPt:${run}`,
  `java\tscript:${run}`,
  `data:text/html,<script>${run}</script>`,
  `https://example.com/"onmouseover="${run}`,
  `https://example.com/'onfocus='${run}'autofocus='`,
  `https://example.com/<img src=x onerror=${run}>`,
  `https://example.com\` onclick=${run} \``,
  `[link](javascript:${run}) ![image](${elsewhere})`,
  `\`<img src=x onerror=${run}>\``,
  `\`\`\`html\n<img src=x onerror=${run}>\n\`\`\``,
  `{{constructor.constructor('${run}')()}} \${${run}} <%= ${run} %> #{${run}}`,
  `"><img src=x onerror=${run}><"`,
  `'-${run}-'`,
  `&lt;script&gt;${run}&lt;/script&gt; &amp; &#x3c;img src=x onerror=${run}&#x3e;`,
  `\u003cscript\u003e${run}\u003c/script\u003e`,
  `＜script＞${run}＜/script＞`,
  `<scr\u0001ipt>${run}</scr\u0001ipt>`,
  `\u202e>tpircs/<\u202d \u2066<script>\u2069 \u200b\ufeff\u2028\u2029`,
  `<!--<img src="--><img src=x onerror=${run}//">`,
  `<![CDATA[><script>${run}</script>]]>`,
  'a\u0300\u0301\u0302\u0303\u0304'.repeat(30),
  '👩‍👩‍👧‍👦 \u{1f3f4}\u{e0067}\u{e0062}\u{e007f} \ufffd \ufffe',
];

/** Those that fit a name of so many characters. */
export function hostileNames(characters: number): string[] {
  return hostileTexts.filter((text) => Array.from(text).length <= characters && text.trim() === text);
}
