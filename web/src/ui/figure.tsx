import type { Quantity } from './quantity.js'

/** A quantity on the page: figures, then the unit, lighter. */
export function Figure({ value, className = '' }: { readonly value: Quantity; readonly className?: string }) {
  return (
    <span className={`whitespace-nowrap ${className}`}>
      {value.figure}
      {value.unit !== '' && <span className="font-normal text-faint">&nbsp;{value.unit}</span>}
    </span>
  )
}
