// The difference of two texts by lines, as a longest common subsequence.
const MOST_CELLS = 4_000_000;

/** Pretty JSON, with the fields in their sequence; a text that is no JSON stays as it is. */
export function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

export function isJson(text) {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * Returns the lines of both texts in sequence, each { kind, text } with the kind same, removed or added. Texts that are
 * too long to compare are removed and added as a whole, but for what both begin and end with.
 */
export function lineDiff(before, after) {
  const old = before.split('\n');
  const now = after.split('\n');
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) {
    head++;
  }
  let tail = 0;
  while (tail < old.length - head && tail < now.length - head && old.at(-1 - tail) === now.at(-1 - tail)) {
    tail++;
  }
  const line = (kind) => (text) => ({ kind, text });
  return [
    ...old.slice(0, head).map(line('same')),
    ...middle(old.slice(head, old.length - tail), now.slice(head, now.length - tail), line),
    ...old.slice(old.length - tail).map(line('same')),
  ];
}

function middle(old, now, line) {
  if (old.length * now.length > MOST_CELLS) {
    return [...old.map(line('removed')), ...now.map(line('added'))];
  }
  // common[i][j]: how many lines the rests of both have in common.
  const width = now.length + 1;
  const common = new Uint16Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) {
      common[i * width + j] =
        old[i] === now[j]
          ? common[(i + 1) * width + j + 1] + 1
          : Math.max(common[(i + 1) * width + j], common[i * width + j + 1]);
    }
  }
  const lines = [];
  let i = 0;
  let j = 0;
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      lines.push(line('same')(old[i]));
      i++;
      j++;
    } else if (j === now.length || (i < old.length && common[(i + 1) * width + j] >= common[i * width + j + 1])) {
      lines.push(line('removed')(old[i++]));
    } else {
      lines.push(line('added')(now[j++]));
    }
  }
  return lines;
}
