import { Fragment } from 'react';

/** The path of an attribute or a URN, which breaks after its colons and before its dots where it does not fit in a line. */
export function AttributePath({ path }: { readonly path: string }) {
  return (
    <code>
      {path.split(/(?<=:)|(?=\.[a-z])/i).map((part, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- A part can occur twice, and the parts of a path stay in their order.
        <Fragment key={`${index} ${part}`}>
          {index > 0 && <wbr />}
          {part}
        </Fragment>
      ))}
    </code>
  );
}
