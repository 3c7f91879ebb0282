/** The product's mark: a lamp, its beam, and the tower under it. */
export function Beam({ size = 22 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden className="shrink-0">
      <path d="M11.500 7.200 23 3v8.400z" fill="var(--beam)" opacity=".85" />
      <path d="M9.500 7.200 1 4.600v5.200z" fill="var(--beam)" opacity=".4" />
      <circle cx="10.500" cy="7.200" r="2.200" fill="var(--beam)" />
      <path d="M8.800 10.400h3.400L13.900 22H7.100z" fill="var(--text)" opacity=".92" />
      <path d="M8.250 14.200h4.500l.45 3h-5.400z" fill="var(--ground)" opacity=".55" />
    </svg>
  )
}
