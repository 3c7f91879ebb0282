import type uPlot from 'uplot'
import { moment } from '../ui/moment.js'
import { said } from '../ui/quantity.js'
import type { Zone } from '../ui/time-range.js'
import type { Format, Line } from './lines.js'

const GAP_PX = 12

function row(name: string, value: string): HTMLElement {
  const line = document.createElement('div')
  line.className = 'flex justify-between gap-4'
  const label = document.createElement('span')
  label.className = 'text-faint'
  label.textContent = name
  const figure = document.createElement('span')
  figure.className = 'font-mono'
  figure.textContent = value
  line.append(label, figure)
  return line
}

/** Fills and places a chart's tooltip at uPlot's cursor, without React: it moves with every mouse move. */
export function placeTooltip(
  plot: uPlot,
  tip: HTMLElement,
  options: { readonly lines: readonly Line[]; readonly format: Format; readonly zone: Zone },
): void {
  const index = plot.cursor.idx
  const left = plot.cursor.left ?? -1
  const at = index === null || index === undefined ? undefined : plot.data[0][index]
  if (index === null || index === undefined || at === undefined || left < 0) {
    tip.style.display = 'none'
    return
  }
  const head = document.createElement('div')
  head.className = 'text-soft mb-0.5'
  head.textContent = moment(at * 1_000, 'full', options.zone)
  const rows = options.lines.flatMap((line, position) =>
    plot.series[position + 1]?.show === false
      ? []
      : [row(line.label, said(options.format(plot.data[position + 1]?.[index])))],
  )
  tip.replaceChildren(head, ...rows)
  tip.style.display = 'block'
  const inset = plot.over.offsetLeft
  const flips = left + tip.offsetWidth + GAP_PX > plot.over.clientWidth
  tip.style.transform = `translate(${inset + (flips ? left - tip.offsetWidth - GAP_PX : left + GAP_PX)}px, 8px)`
}
