import type { Measurement } from './report.ts';
import { numberText } from './goals.ts';

/** A figure to be drawn, with what to call it. */
export interface Panel {
  readonly title: string;
  readonly note: string;
  readonly measurement: Measurement;
}

const width = 860;
const columns = 2;
const gap = 30;
const labelWidth = 84;
const valueWidth = 90;
const barHeight = 16;
const rowHeight = 22;
const headHeight = 44;
const style = `
  text { font: 12px system-ui, sans-serif; fill: #1f2328 }
  .title { font-weight: 600; font-size: 13px }
  .note, .value { fill: #59636e }
  .bar { fill: #c4ccd4 } .own { fill: #4f46e5 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .note, .value { fill: #9198a1 } .bar { fill: #3d444d } .own { fill: #818cf8 }
  }`;

/** Bars beside each other, one panel for each figure, as an SVG that suits a light page and a dark one. */
export function chart(panels: readonly Panel[]): string {
  const panelWidth = (width - gap * (columns - 1)) / columns;
  const heights: number[] = [];
  for (let at = 0; at < panels.length; at += columns) {
    const most = Math.max(
      ...panels.slice(at, at + columns).map(({ measurement }) => measurement.systems.length),
    );
    heights.push(headHeight + most * rowHeight + gap);
  }
  const tops = heights.map((_, row) => heights.slice(0, row).reduce((sum, each) => sum + each, 0));
  const drawn = panels.map((panel, index) => {
    const x = (index % columns) * (panelWidth + gap);
    const y = tops[Math.floor(index / columns)] ?? 0;
    return `<g transform="translate(${x} ${y})">${draw(panel, panelWidth)}</g>`;
  });
  const height = heights.reduce((sum, each) => sum + each, 0);
  const head = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img">`;
  return `${head}\n<title>Parley beside others</title>\n<style>${style}\n</style>\n${drawn.join('\n')}\n</svg>\n`;
}

function draw({ title, note, measurement }: Panel, panelWidth: number): string {
  const { systems, better } = measurement;
  const most = Math.max(...systems.map(({ median }) => median));
  const room = panelWidth - labelWidth - valueWidth;
  const bars = systems.map(({ system, median }, index) => {
    const y = headHeight + index * rowHeight;
    const length = Math.max(1, (median / most) * room);
    const kind = system === 'Parley' ? 'bar own' : 'bar';
    return (
      `<text x="0" y="${y + 12}">${escaped(system)}</text>` +
      `<rect class="${kind}" x="${labelWidth}" y="${y}" width="${length.toFixed(1)}" height="${barHeight}" rx="2"/>` +
      `<text class="value" x="${(labelWidth + length + 6).toFixed(1)}" y="${y + 12}">${numberText(median)}</text>`
    );
  });
  const hint = `${note}; ${better} is better`;
  return `<text class="title" y="14">${escaped(title)}</text><text class="note" y="32">${escaped(hint)}</text>${bars.join('')}`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
