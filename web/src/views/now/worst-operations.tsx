import { Link } from '@tanstack/react-router'
import { Sparkline } from '../../chart/sparkline.js'
import type { OperationsTableData } from '../../graph/generated/results.js'
import { Figure } from '../../ui/figure.js'
import { duration, percent, rate } from '../../ui/quantity.js'
import { EmptyState } from '../../ui/states.js'

type Operation = OperationsTableData['operations'][number]

/** The operations that took the most time in all, over the range. */
export function WorstOperations({ operations }: { readonly operations: readonly Operation[] }) {
  if (operations.length === 0) {
    return (
      <EmptyState title="No operations in this range" command="npx lighthouse validate 'ls -la'">
        Each one that passes the gateway is listed here. This sends one:
      </EmptyState>
    )
  }
  const most = Math.max(...operations.map((operation) => operation.totalMs))
  return (
    <table className="w-full table-fixed text-table">
      <thead>
        <tr className="hairline-b label text-left">
          <th className="py-1.5 pl-4 font-medium">Operation</th>
          <th className="w-26 font-medium">Live p95</th>
          <th className="w-20 text-right font-medium">Rate</th>
          <th className="w-20 text-right font-medium">p95</th>
          <th className="w-20 text-right font-medium">p99</th>
          <th className="w-20 text-right font-medium">Errors</th>
          <th className="w-52 pr-4 text-right font-medium">Total time</th>
        </tr>
      </thead>
      <tbody>
        {operations.map((operation) => (
          <tr key={operation.name} className="row-line last:shadow-none hover:bg-hover">
            <td className="truncate py-1.5 pl-4">
              <Link
                to="/operations"
                search={{ op: operation.name }}
                className="font-mono hover:text-beam hover:underline"
                title={operation.name}
              >
                {operation.name}
              </Link>
            </td>
            <td>
              <Sparkline operation={operation.name} />
            </td>
            <td className="text-right font-mono">
              <Figure value={rate(operation.ratePerSecond)} />
            </td>
            <td className="text-right font-mono">
              <Figure value={duration(operation.p95Ms)} />
            </td>
            <td className="text-right font-mono">
              <Figure value={duration(operation.p99Ms)} />
            </td>
            <td className={`text-right font-mono ${operation.errorRate >= 0.01 ? 'text-bad' : ''}`}>
              <Figure value={percent(operation.errorRate)} />
            </td>
            <td className="pr-4 pl-6">
              <div className="flex items-center justify-between gap-2 font-mono">
                <div className="h-1 w-14 shrink-0 rounded-full bg-hover" aria-hidden>
                  <div
                    className="h-1 rounded-full bg-(--rate)"
                    style={{ width: `${(100 * operation.totalMs) / most}%` }}
                  />
                </div>
                <Figure value={duration(operation.totalMs)} />
              </div>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
