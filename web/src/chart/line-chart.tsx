import { useEffect, useId, useRef, useState } from 'react'
import uPlot from 'uplot'
import { useConsole } from '../ui/console-context.js'
import { said } from '../ui/quantity.js'
import { useTheme } from '../ui/theme.js'
import type { Zone } from '../ui/time-range.js'
import { ChartHead } from './chart-head.js'
import { saveRows } from './export-rows.js'
import type { ChartData, Format, Line, Mark, Source } from './lines.js'
import { plotOptions } from './plot-options.js'
import { TableTwin, twinRows } from './table-twin.js'
import { placeTooltip } from './tooltip.js'

export interface LineChartProps {
  readonly title: string
  readonly lines: readonly Line[]
  readonly format: Format
  readonly zone: Zone
  readonly height: number
  /** What is drawn, read anew at each paint: the chart never holds data in React. */
  read(): ChartData
  /** First and last moment of the x axis, ms since the epoch, read at each paint. */
  span(): { readonly from: number; readonly to: number }
  readonly marks?: readonly Mark[]
  readonly source: Source
  /** Offers a logarithmic scale: for latencies, not for rates. */
  readonly logScale?: boolean
  onZoom(fromMs: number, toMs: number): void
  onZoomOut(): void
}

const NO_MARKS: readonly Mark[] = []

/** The newest value of each line, said in words: what a person who cannot see the picture is told first. */
function summary(title: string, lines: readonly Line[], data: ChartData, format: Format): string {
  const parts = lines.map((line, index) => {
    const known = data.values[index]?.findLast((value) => value !== null)
    return `${line.label} ${known === undefined ? 'unknown' : said(format(known))}`
  })
  return `${title}, newest: ${parts.join(', ')}`
}

/** A line chart that paints itself from the stores on the console's one animation frame. */
export function LineChart(props: LineChartProps) {
  const { title, lines, format, zone, height, marks = NO_MARKS, logScale = false } = props
  const { live } = useConsole()
  const { shown: theme } = useTheme()
  const box = useRef<HTMLDivElement>(null)
  const tip = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot>(undefined)
  const latest = useRef(props)
  latest.current = { ...props, marks }
  const [isolated, setIsolated] = useState<string>()
  const [log, setLog] = useState(false)
  const [asTable, setAsTable] = useState(false)
  const name = useId()

  useEffect(() => {
    const parent = box.current
    if (parent === null || asTable) return
    let seen = true
    const made = new uPlot(
      plotOptions({
        lines,
        format,
        zone,
        log,
        width: Math.max(120, parent.clientWidth),
        height,
        marks: () => latest.current.marks ?? NO_MARKS,
        onZoom: (from, to) => latest.current.onZoom(from, to),
        onZoomOut: () => latest.current.onZoomOut(),
        onCursor: (cursor) =>
          tip.current !== null && placeTooltip(cursor, tip.current, { lines, format, zone }),
      }),
      undefined,
      parent,
    )
    plot.current = made
    const paint = (): void => {
      if (!seen) return
      const { read, span } = latest.current
      const data = read()
      const { from, to } = span()
      made.batch(() => {
        made.setData(
          [data.times, ...lines.map((_, index) => data.values[index] ?? [])] as uPlot.AlignedData,
          false,
        )
        made.setScale('x', { min: from / 1_000, max: to / 1_000 })
      })
      parent.setAttribute('aria-label', summary(latest.current.title, lines, data, format))
    }
    const resized = new ResizeObserver(() => {
      if (parent.clientWidth > 0) made.setSize({ width: parent.clientWidth, height })
    })
    resized.observe(parent)
    const inView = new IntersectionObserver(([entry]) => {
      seen = entry?.isIntersecting ?? true
      if (seen) live.ticker.invalidate()
    })
    inView.observe(parent)
    const remove = live.ticker.add(paint)
    return () => {
      remove()
      resized.disconnect()
      inView.disconnect()
      made.destroy()
      plot.current = undefined
    }
    // theme: colours are read from the tokens when the plot is made.
  }, [lines, format, zone, height, log, asTable, theme, live])

  useEffect(() => {
    lines.forEach((line, index) => {
      plot.current?.setSeries(index + 1, { show: isolated === undefined || isolated === line.key })
    })
    live.ticker.invalidate()
  }, [isolated, lines, live, asTable, log, theme])

  useEffect(() => live.ticker.invalidate())

  const save = (kind: 'csv' | 'json'): void =>
    saveRows(title.toLowerCase().replaceAll(' ', '-'), kind, twinRows(lines, latest.current.read()))

  return (
    <figure className="card relative flex min-w-0 flex-col" data-chart={title} aria-labelledby={name}>
      <ChartHead
        id={name}
        title={title}
        lines={lines}
        isolated={isolated}
        onIsolate={(key) => setIsolated((before) => (before === key ? undefined : key))}
        log={logScale ? log : undefined}
        onLog={() => setLog((before) => !before)}
        asTable={asTable}
        onTable={() => setAsTable((before) => !before)}
        onSave={save}
        source={props.source}
      />
      {asTable ? (
        <TableTwin
          title={title}
          lines={lines}
          format={format}
          zone={zone}
          height={height}
          data={props.read()}
        />
      ) : (
        <div className="live-part relative px-2 pb-1">
          <div ref={box} role="img" aria-label={title} style={{ height }} />
          <div
            ref={tip}
            aria-hidden
            className="pointer-events-none absolute top-0 left-2 z-10 hidden min-w-32 rounded-md border bg-raised px-2.5 py-1.5 text-label shadow-(--shadow)"
          />
        </div>
      )}
    </figure>
  )
}
