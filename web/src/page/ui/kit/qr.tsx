import { useEffect, useRef, useState } from 'preact/hooks';
import { makeCode, type QrCode } from '../../scan.ts';

const QUIET = 4;

/** The code as one path; black on white in every theme, because readers need that. */
export function Qr({ data, label }: { data: string; label: string }) {
  const [code, setCode] = useState<QrCode | null>(null);
  const wanted = useRef('');
  useEffect(() => {
    wanted.current = data;
    void makeCode(data).then((made) => {
      if (wanted.current === data) setCode(made);
    });
  }, [data]);
  if (code === null) return <div class="qr" role="img" aria-label={label} />;
  let d = '';
  for (let y = 0; y < code.size; y++) {
    for (let x = 0; x < code.size; x++) {
      if (!code.dots[y * code.size + x]) continue;
      let run = 1;
      while (x + run < code.size && code.dots[y * code.size + x + run]) run++;
      d += `M${x + QUIET} ${y + QUIET}h${run}v1h-${run}z`;
      x += run - 1;
    }
  }
  const side = code.size + 2 * QUIET;
  return (
    <svg class="qr" role="img" aria-label={label} viewBox={`0 0 ${side} ${side}`} shape-rendering="crispEdges">
      <rect width={side} height={side} fill="#fff" />
      <path d={d} fill="#000" />
    </svg>
  );
}
