import { CircleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Failure } from '../graph/failure.js'
import { CopyCommand } from './copy-command.js'

/** Nothing to show: why, and the one command that changes it. */
export function EmptyState({
  title,
  children,
  command,
}: {
  readonly title: string
  readonly children?: ReactNode
  readonly command?: string
}) {
  return (
    <div className="flex h-full min-h-32 flex-col items-center justify-center gap-2 p-6 text-center">
      <p className="font-medium">{title}</p>
      {children !== undefined && <p className="max-w-md text-soft">{children}</p>}
      {command !== undefined && <CopyCommand command={command} />}
    </div>
  )
}

/** What failed, while the last data stays on the page. */
export function FailureNote({
  what,
  failure,
  onRetry,
}: {
  readonly what: string
  readonly failure: Failure
  onRetry(): void
}) {
  return (
    <div
      role="status"
      className="flex flex-wrap items-center gap-x-3 gap-y-1 rounded-md bg-bad-wash px-3 py-1.5 text-table"
    >
      <CircleAlert size={14} className="text-bad" aria-hidden />
      <span className="font-medium">{what} could not be refreshed.</span>
      <span className="text-soft">{failure.message}</span>
      {failure.requestId !== undefined && (
        <span className="text-soft">
          Request <code className="font-mono select-all">{failure.requestId}</code>
        </span>
      )}
      <button
        type="button"
        className="ml-auto font-medium underline underline-offset-2 hover:text-beam"
        onClick={onRetry}
      >
        Try again
      </button>
    </div>
  )
}

/** Grey bars where rows will be, on the very first load only. */
export function Skeleton({ rows = 6 }: { readonly rows?: number }) {
  return (
    <div className="flex flex-col gap-3 p-4" role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="h-3 rounded bg-hover" style={{ width: `${88 - ((row * 17) % 46)}%` }} />
      ))}
    </div>
  )
}
