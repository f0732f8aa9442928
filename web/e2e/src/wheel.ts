/// A package for an index of a test's own: one module and as much ballast as is asked for, in a stored (never packed) zip.

import { createHash, randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";

export function wheel(name: string, version: string, ballast: number): Buffer {
  const info = `${name}-${version}.dist-info`;
  const files: [string, Buffer][] = [
    [`${name}/__init__.py`, Buffer.from("")],
    [`${info}/METADATA`, Buffer.from(`Metadata-Version: 2.2\nName: ${name}\nVersion: ${version}\n`)],
    [`${info}/WHEEL`, Buffer.from("Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n")],
  ];
  // Behind what says what it needs: whoever reads only that need not read on.
  files.push([`${name}/ballast.bin`, randomBytes(ballast)]);
  const digest = (body: Buffer) => createHash("sha256").update(body).digest("base64url");
  const rows = files.map(([path, body]) => `${path},sha256=${digest(body)},${body.length}\n`);
  files.push([`${info}/RECORD`, Buffer.from(`${rows.join("")}${info}/RECORD,,\n`)]);
  return zip(files);
}

function zip(files: readonly (readonly [string, Buffer])[]): Buffer {
  const parts: Buffer[] = [];
  const listed: Buffer[] = [];
  let offset = 0;
  for (const [path, body] of files) {
    const name = Buffer.from(path);
    // Version, flags, method, time, date, CRC, both sizes, lengths of name and extra field.
    const facts = Buffer.alloc(26);
    facts.writeUInt16LE(20, 0);
    facts.writeUInt16LE(0x5c21, 8);
    facts.writeUInt32LE(crc32(body), 10);
    facts.writeUInt32LE(body.length, 14);
    facts.writeUInt32LE(body.length, 18);
    facts.writeUInt16LE(name.length, 22);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    parts.push(Buffer.from("PK\x03\x04", "latin1"), facts, name, body);
    listed.push(Buffer.from("PK\x01\x02\x14\x00", "latin1"), facts, tail, name);
    offset += 30 + name.length + body.length;
  }
  const directory = Buffer.concat(listed);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, directory, Buffer.from("PK\x05\x06", "latin1"), end]);
}
