/** The mark: the blossom that the scholar of the name, 探花, was sent to pick. Five times the same petal. */
export function Mark({ size = 24 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <g fill="var(--accent)">
        {[0, 72, 144, 216, 288].map((angle) => (
          <path
            key={angle}
            transform={`rotate(${angle} 12 12)`}
            d="M12 11.2C8.7 9.2 8.6 4.6 12 2.2C15.4 4.6 15.3 9.2 12 11.2Z"
          />
        ))}
      </g>
      <circle cx="12" cy="12" r="2" fill="var(--paper)" />
      <circle cx="12" cy="12" r="1.1" fill="var(--warn)" />
    </svg>
  );
}
