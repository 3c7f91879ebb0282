import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'

/** A titled card; the link beside the title leads to the whole of what it shows a part of. */
export function Panel(props: {
  readonly title: string
  readonly aside?: ReactNode
  readonly more?: { readonly to: '/operations' | '/decisions' | '/walk'; readonly word: string }
  readonly className?: string
  readonly children: ReactNode
}) {
  return (
    <section className={`card flex min-w-0 flex-col ${props.className ?? ''}`} aria-label={props.title}>
      <header className="flex min-h-10 items-center gap-2 px-4">
        <h2 className="text-table font-medium">{props.title}</h2>
        <span className="label">{props.aside}</span>
        {props.more !== undefined && (
          <Link to={props.more.to} className="ml-auto text-table text-soft hover:text-beam hover:underline">
            {props.more.word}
          </Link>
        )}
      </header>
      <div className="min-h-0 flex-1">{props.children}</div>
    </section>
  )
}
