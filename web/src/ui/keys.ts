import { useEffect, useRef } from 'react'

/** A pressed key as its shortcut is written: `j`, `?`, `Enter`, `mod+k` (Ctrl or Cmd). */
export function spell(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>): string {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
  if (event.altKey) return `alt+${key}`
  return event.ctrlKey || event.metaKey ? `mod+${key}` : key
}

/** Two keys in a row (`g n`) count together when the second comes within this. */
export const SEQUENCE_MS = 900

/** Finds the shortcut that a key completes, given the key before it; pure. */
export function matchKeys(
  bound: ReadonlySet<string>,
  key: string,
  before: { readonly key: string; readonly at: number } | undefined,
  now: number,
): string | undefined {
  if (before !== undefined && now - before.at <= SEQUENCE_MS && bound.has(`${before.key} ${key}`)) {
    return `${before.key} ${key}`
  }
  return bound.has(key) ? key : undefined
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName)
}

function hasOverlay(): boolean {
  return document.querySelector('[role="dialog"][data-modal="true"],[role="menu"]') !== null
}

/**
 * Binds shortcuts while mounted. Keys typed into a field are left alone, except with Ctrl or Cmd; a modal overlay takes
 * all others. Enter and Space on a focused control stay the control's own.
 */
export function useKeys(
  keys: Readonly<Record<string, (event: KeyboardEvent) => void>>,
  enabled = true,
): void {
  const latest = useRef(keys)
  latest.current = keys
  useEffect(() => {
    if (!enabled) return
    let before: { key: string; at: number } | undefined
    const press = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing) return
      const key = spell(event)
      if (!key.startsWith('mod+') && (isTyping(event.target) || hasOverlay())) return
      if (key === 'Enter' && event.target instanceof HTMLElement && event.target.closest('button,a')) return
      const found = matchKeys(new Set(Object.keys(latest.current)), key, before, event.timeStamp)
      before = { key, at: event.timeStamp }
      if (found === undefined) return
      event.preventDefault()
      latest.current[found]?.(event)
    }
    document.addEventListener('keydown', press)
    return () => document.removeEventListener('keydown', press)
  }, [enabled])
}
