import { useQuery } from '@tanstack/react-query';
import styles from './qr-code.module.css';

/** The number of light squares around a QR code that cameras need. */
const QUIET_ZONE = 4;

/** Draws a QR code, dark on white in both themes. The library loads only here. */
export function QrCode({ text, label }: { readonly text: string; readonly label: string }) {
  const { data: rows } = useQuery({
    queryKey: ['qr', text],
    queryFn: async () => {
      const { default: encodeQR } = await import('qr');
      return encodeQR(text, 'raw', { ecc: 'medium', border: QUIET_ZONE });
    },
    gcTime: 0,
    staleTime: Infinity,
  });
  if (rows === undefined) return <div className={styles['qr']} />;
  const size = rows.length;
  const path = rows.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : []))).join('');
  return (
    <svg
      className={styles['qr']}
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
    >
      <path d={path} fill="#000000" />
    </svg>
  );
}
