import { Check, Copy } from 'lucide-react'
import { useState } from 'react'

/** One command in mono, with a button that copies it and says so. */
export function CopyCommand({ command }: { readonly command: string }) {
  const [copied, setCopied] = useState(false)
  const copy = async (): Promise<void> => {
    await navigator.clipboard?.writeText(command)
    setCopied(true)
    setTimeout(() => setCopied(false), 2_000)
  }
  return (
    <div className="inline-flex max-w-full items-center gap-1 rounded-md border bg-ground py-1 pr-1 pl-3">
      <code className="overflow-x-auto font-mono text-table whitespace-nowrap">{command}</code>
      <button
        type="button"
        className="quiet-button ml-2"
        onClick={() => void copy()}
        aria-label={`Copy ${command}`}
      >
        {copied ? <Check size={14} /> : <Copy size={14} />}
        <span className="text-table" aria-live="polite">
          {copied ? 'Copied' : 'Copy'}
        </span>
      </button>
    </div>
  )
}
