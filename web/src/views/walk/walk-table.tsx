import { Figure } from '../../ui/figure.js'
import { duration } from '../../ui/quantity.js'
import type { WalkRow } from './walk-rows.js'

/** The waterfall in words and numbers. */
export function WalkTable({ rows }: { readonly rows: readonly WalkRow[] }) {
  return (
    <table className="w-full text-table">
      <thead>
        <tr className="hairline-b label text-left">
          <th className="w-10 py-1.5 pl-4 font-medium">#</th>
          <th className="w-32 font-medium">Stop</th>
          <th className="font-medium">Process</th>
          <th className="w-28 text-right font-medium">Starts at</th>
          <th className="w-28 pr-4 text-right font-medium">Takes</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          <tr key={row.stop} className="row-line hover:bg-hover">
            <td className="py-1.5 pl-4 font-mono text-faint">{index + 1}</td>
            <td className={row.process === undefined ? 'text-faint' : ''}>{row.stop}</td>
            <td className="text-soft">{row.process ?? 'not passed'}</td>
            <td className="text-right font-mono">
              <Figure value={duration(row.process === undefined ? undefined : row.startMs)} />
            </td>
            <td className="pr-4 text-right font-mono">
              <Figure value={duration(row.process === undefined ? undefined : row.durationMs)} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
