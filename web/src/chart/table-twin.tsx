import { moment } from '../ui/moment.js'
import type { Zone } from '../ui/time-range.js'
import { Figure } from '../ui/figure.js'
import type { Row } from './export-rows.js'
import type { ChartData, Format, Line } from './lines.js'

/** A chart's data as rows, oldest first: what is exported. */
export function twinRows(lines: readonly Line[], data: ChartData): Row[] {
  return data.times.map((at, index) => ({
    at: new Date(at * 1_000).toISOString(),
    ...Object.fromEntries(lines.map((line, position) => [line.key, data.values[position]?.[index] ?? null])),
  }))
}

/** Most rows that the twin shows; more are thinned evenly. The export has them all. */
const MAX_ROWS = 60

/** The same data as a table, newest first, for those who read rather than look. */
export function TableTwin(props: {
  readonly title: string
  readonly lines: readonly Line[]
  readonly format: Format
  readonly zone: Zone
  readonly height: number
  readonly data: ChartData
}) {
  const { title, lines, format, zone, height, data } = props
  const every = Math.max(1, Math.ceil(data.times.length / MAX_ROWS))
  const picked = data.times.map((_, index) => index).filter((index) => index % every === 0)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section
      className="overflow-auto px-4 pb-2"
      style={{ height }}
      tabIndex={0}
      aria-label={`${title} as table`}
    >
      <table className="w-full text-table">
        <thead className="sticky top-0 bg-panel">
          <tr className="hairline-b text-left text-faint">
            <th className="py-1 font-medium">Time</th>
            {lines.map((line) => (
              <th key={line.key} className="py-1 text-right font-medium">
                {line.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="font-mono">
          {picked.reverse().map((index) => (
            <tr key={index} className="row-line">
              <td className="py-1">{moment((data.times[index] ?? 0) * 1_000, 'clock', zone)}</td>
              {lines.map((line, position) => (
                <td key={line.key} className="py-1 text-right">
                  <Figure value={format(data.values[position]?.[index])} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
