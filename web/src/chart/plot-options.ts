import uPlot from 'uplot'
import { moment } from '../ui/moment.js'
import { axisLabel } from '../ui/quantity.js'
import { token } from '../ui/theme.js'
import type { Zone } from '../ui/time-range.js'
import type { Format, Line, Mark } from './lines.js'

export interface PlotOptions {
  readonly lines: readonly Line[]
  readonly format: Format
  readonly zone: Zone
  readonly log: boolean
  readonly width: number
  readonly height: number
  marks(): readonly Mark[]
  onZoom(fromMs: number, toMs: number): void
  onZoomOut(): void
  onCursor(plot: uPlot): void
}

const AXIS_FONT = '11px "Inter Variable", sans-serif'
const DAY_S = 86_400

/** Axis labels as short as the distance between two of them allows. */
export function timeLabels(seconds: readonly number[], zone: Zone): string[] {
  const step = (seconds[1] ?? 0) - (seconds[0] ?? 0)
  const style = step >= DAY_S ? 'day' : step >= 60 ? 'minute' : 'clock'
  return seconds.map((at) => moment(at * 1_000, style, zone))
}

/** Vertical rules with a small flag on top, for what happened. */
function drawMarks(plot: uPlot, marks: readonly Mark[]): void {
  const { ctx, bbox } = plot
  const ratio = uPlot.pxRatio
  ctx.save()
  ctx.strokeStyle = token('--beam')
  ctx.fillStyle = token('--beam')
  ctx.lineWidth = ratio
  ctx.setLineDash([2 * ratio, 3 * ratio])
  for (const mark of marks) {
    const x = Math.round(plot.valToPos(mark.at / 1_000, 'x', true))
    if (x < bbox.left || x > bbox.left + bbox.width) continue
    ctx.beginPath()
    ctx.moveTo(x, bbox.top)
    ctx.lineTo(x, bbox.top + bbox.height)
    ctx.stroke()
    ctx.beginPath()
    ctx.moveTo(x, bbox.top)
    ctx.lineTo(x + 7 * ratio, bbox.top + 3 * ratio)
    ctx.lineTo(x, bbox.top + 6 * ratio)
    ctx.fill()
  }
  ctx.restore()
}

function series(line: Line): uPlot.Series {
  const color = token(line.color)
  return {
    label: line.label,
    stroke: color,
    width: 1.5,
    ...(line.dash === undefined ? {} : { dash: [...line.dash], cap: 'butt' as const }),
    ...(line.filled === true ? { fill: color.replace(/\)$/, ' / 0.14)') } : {}),
    points: { show: false },
  }
}

function axes({ format, zone }: PlotOptions): uPlot.Axis[] {
  const common = { stroke: token('--faint'), font: AXIS_FONT, ticks: { show: false } } as const
  const grid = { stroke: token('--line'), width: 1 }
  return [
    {
      ...common,
      grid: { show: false },
      size: 26,
      gap: 6,
      space: 72,
      values: (_, splits) => timeLabels(splits, zone),
    },
    {
      ...common,
      grid,
      size: 58,
      gap: 6,
      space: 34,
      values: (_, splits) => splits.map((value) => (value === null ? '' : axisLabel(format(value)))),
    },
  ]
}

/** uPlot's options for one chart of the console; built anew when theme, zone or scale changes. */
export function plotOptions(options: PlotOptions): uPlot.Options {
  const { lines, log, width, height, onZoom, onZoomOut, onCursor, marks } = options
  return {
    width,
    height,
    legend: { show: false },
    padding: [8, 8, 0, 0],
    cursor: {
      points: { size: 7, width: 0, fill: (plot, index) => String(seriesColor(plot, index)) },
      drag: { x: true, y: false, setScale: false },
      bind: {
        dblclick: () => () => {
          onZoomOut()
          return null
        },
      },
      sync: {
        key: 'console',
        setSeries: false,
        filters: {
          pub: (kind) => kind === 'mousemove' || kind === 'mouseleave' || kind === 'mouseenter',
          sub: () => true,
        },
      },
    },
    scales: {
      x: { time: true },
      y: log
        ? {
            distr: 3,
            range: (_, min, max) => uPlot.rangeLog(Math.max(min, 0.001), Math.max(max, 0.01), 10, true),
          }
        : { range: (_, __, max) => [0, max > 0 ? max * 1.12 : 1] },
    },
    axes: axes(options),
    series: [{}, ...lines.map(series)],
    hooks: {
      draw: [(plot) => drawMarks(plot, marks())],
      setCursor: [onCursor],
      setSelect: [
        (plot) => {
          const { left, width: dragged } = plot.select
          if (dragged > 4)
            onZoom(plot.posToVal(left, 'x') * 1_000, plot.posToVal(left + dragged, 'x') * 1_000)
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
        },
      ],
    },
  }
}

function seriesColor(plot: uPlot, index: number): unknown {
  const stroke = plot.series[index]?.stroke
  return typeof stroke === 'function' ? stroke(plot, index) : stroke
}
