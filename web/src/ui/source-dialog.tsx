import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import type { Source } from '../chart/lines.js'
import { Modal } from './modal.js'

/** What a picture asked of the graph, to read, copy and ask oneself. */
export function SourceDialog({
  title,
  source,
  onClose,
}: {
  readonly title: string
  readonly source: Source
  onClose(): void
}) {
  const [copied, setCopied] = useState(false)
  const variables = JSON.stringify(source.variables, undefined, 2)
  const copy = async (): Promise<void> => {
    await navigator.clipboard?.writeText(source.document)
    setCopied(true)
  }
  return (
    <Modal title={`${title}: GraphQL`} wide onClose={onClose}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className="min-h-0 overflow-auto px-5 pb-4" tabIndex={0} aria-label="Document">
        <pre className="rounded-md border bg-ground p-4 font-mono text-table whitespace-pre-wrap">
          {source.document}
        </pre>
        <h3 className="label mt-4 mb-1">Variables</h3>
        <pre className="rounded-md border bg-ground p-4 font-mono text-table">{variables}</pre>
      </section>
      <footer className="flex justify-end gap-2 border-t px-5 py-3">
        <button type="button" className="framed-button" onClick={() => void copy()}>
          {copied ? <Check size={14} /> : <Copy size={14} />}
          {copied ? 'Copied' : 'Copy document'}
        </button>
      </footer>
    </Modal>
  )
}
