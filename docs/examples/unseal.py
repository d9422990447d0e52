#!/usr/bin/env python3
"""Brings the faces of a sealed picture back without the service; the format is in docs/sealing.md.

Needs Pillow and cryptography (Debian: python3-pil, python3-cryptography). Scrambled pictures (kind 2) need the service.
"""
import argparse, base64, hashlib, hmac, io, sys
from PIL import Image
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap_with_padding

TAMPERED = "The seal is not as it was written."


def need(condition, message=TAMPERED):
    if not condition:
        raise ValueError(message)


class Reader:
    def __init__(self, data, at=0):
        self.data, self.at = data, at

    def take(self, count):
        need(0 <= count <= len(self.data) - self.at)
        self.at += count
        return self.data[self.at - count:self.at]

    def number(self, count, order="big"):
        return int.from_bytes(self.take(count), order)


def derive(secret, purpose, salt=None):
    return HKDF(hashes.SHA256(), 32, salt, b"FaceDeid seal v1 " + purpose).derive(secret)


def extract(file):
    """The seal that a PNG, JPEG or WebP file carries."""
    found, total = [], 1
    if file[:8] == b"\x89PNG\r\n\x1a\n":
        rest = Reader(file, 8)
        while rest.at + 12 <= len(file):
            length, kind = rest.number(4), rest.take(4)
            found += [rest.take(length)] if kind == b"fdSe" else rest.take(length)[:0]
            rest.take(4)
    elif file[:4] == b"RIFF" and file[8:12] == b"WEBP":
        rest = Reader(file, 12)
        while rest.at + 8 <= len(file):
            kind, length = rest.take(4), rest.number(4, "little")
            content = rest.take(length + length % 2)[:length]
            found += [content] if kind == b"FDSE" else []
    else:
        rest = Reader(file, 2)
        while file[:2] == b"\xff\xd8" and rest.take(1) == b"\xff" and (marker := rest.number(1)) != 0xDA:
            segment = Reader(rest.take(rest.number(2) - 2))
            if marker == 0xEF and segment.data[:9] == b"FaceDeid\0":
                segment.take(9)
                need(segment.number(2) == len(found))
                total = segment.number(2)
                found.append(segment.data[segment.at:])
    need(found, "The picture carries no seal.")
    need(len(found) == total)
    return b"".join(found)


def parse(seal):
    """What all faces share, the faces, the head, and the hash of head and bodies."""
    need(seal[:7] == b"FDSEAL\1" and hashlib.sha256(seal[:-32]).digest() == seal[-32:])
    rest = Reader(seal[:-32], 7)
    kind, size, mark = rest.number(1), (rest.number(4), rest.number(4)), rest.take(32)
    need(kind == 1, "The picture is scrambled (kind 2): only the service restores it." if kind == 2 else TAMPERED)
    faces = [{"id": rest.number(4), "region": [rest.number(4) for _ in range(4)]} for _ in range(rest.number(2))]
    head = seal[:rest.at]
    for face in faces:
        face["nonce"], face["content"] = rest.take(12), rest.take(rest.number(4))
    constant = hashlib.sha256(seal[:rest.at]).digest()
    for face in faces:
        face["mac"], start = rest.take(32), rest.at
        face["keys"] = [read_key(rest) for _ in range(rest.number(1))]
        face["access"] = seal[start:rest.at]
    need(rest.at == len(rest.data))
    return size, mark, faces, head, constant


def read_key(rest):
    kind, name = rest.number(1), rest.take(rest.number(1)).decode("ascii")
    need(kind in (1, 2, 3))
    return kind, name, rest.take((0, 20, 65)[kind - 1]), rest.take(40)


def opener(options):
    """A function of a wrapped key's kind, name and parameters: the key that unwraps it, or None."""
    if options.key:
        secret = base64.b64decode(options.key, validate=True)
        need(len(secret) == 32, "The key is not 32 bytes in Base64.")
        key = derive(secret, b"symmetric")
        return lambda kind, name, parameters: key if kind == 1 else None
    if options.passphrase:
        stretched = {}

        def stretch(kind, name, parameters):
            if kind == 2 and int.from_bytes(parameters[16:], "big") == 600_000:
                if parameters not in stretched and len(stretched) < 4:
                    stretched[parameters] = hashlib.pbkdf2_hmac("sha256", options.passphrase.encode(), parameters[:16], 600_000)
                return stretched.get(parameters)
        return stretch
    with open(options.private_key, "rb") as file:
        private = serialization.load_pem_private_key(file.read(), None)
    public = private.public_key()
    der = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    point = public.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)

    def agree(kind, name, parameters):
        if kind == 3 and name == hashlib.sha256(der).hexdigest():
            ephemeral = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), parameters)
            return derive(private.exchange(ec.ECDH(), ephemeral), b"ecdh p-256", salt=parameters + point)
    return agree


def data_key(face, unwrapping):
    for kind, name, parameters, wrapped in face["keys"]:
        try:
            if key := unwrapping(kind, name, parameters):
                return aes_key_unwrap_with_padding(key, wrapped)
        except InvalidUnwrap:
            pass
    raise ValueError(f"The key does not open face {face['id']}.")


def parts(content):
    """The colours of a face, and its opacity where that was changed."""
    if content[:1] == b"\x89":
        return [content]
    rest = Reader(content)
    return [rest.take(rest.number(4)), content[rest.at:]]


def restore(options):
    with open(options.picture, "rb") as file:
        data = file.read()
    if options.sidecar:
        with open(options.sidecar, "rb") as file:
            seal = file.read()
    size, mark, faces, head, constant = parse(seal if options.sidecar else extract(data))
    stored = Image.open(io.BytesIO(data))
    samples = stored.convert("RGBA")
    need(samples.size == size and hashlib.sha256(samples.tobytes()).digest() == mark, "The picture is not the one that was sealed.")
    asked = [int(number) for number in options.faces.split(",")] if options.faces else [face["id"] for face in faces]
    need(set(asked) <= {face["id"] for face in faces}, "A face that is asked for is not in the seal.")
    picture, alpha, unwrapping = samples.convert("RGB"), samples.getchannel("A"), opener(options)
    for index, face in enumerate(faces):
        if face["id"] not in asked:
            continue
        place, secret = index.to_bytes(2, "big"), data_key(face, unwrapping)
        mac = hmac.digest(derive(secret, b"access"), constant + place + face["access"], "sha256")
        need(hmac.compare_digest(mac, face["mac"]))
        content = AESGCM(derive(secret, b"content")).decrypt(face["nonce"], face["content"], head + place)
        left, top, width, height = face["region"]
        for part, target in zip(parts(content), (picture, alpha)):
            pixels = Image.open(io.BytesIO(part), formats=["PNG"])
            need(pixels.mode == "RGBA" and pixels.size == (width, height))
            own = pixels.convert("RGB") if target is picture else pixels.getchannel("R")
            target.paste(own, (left, top), pixels.getchannel("A"))
    if "A" in stored.getbands():
        picture.paste((0, 0, 0), mask=alpha.point(lambda opacity: 0 if opacity else 255))  # as the service does: nothing hidden
        picture.putalpha(alpha)
    picture.save(options.out, "PNG")


def main():
    parser = argparse.ArgumentParser(description="Brings the faces of a sealed picture back.")
    parser.add_argument("picture")
    parser.add_argument("out")
    key = parser.add_mutually_exclusive_group(required=True)
    key.add_argument("--key", help="32 bytes in Base64")
    key.add_argument("--passphrase")
    key.add_argument("--private-key", help="PEM file")
    parser.add_argument("--faces", help="numbers, such as 1,3; by default all")
    parser.add_argument("--sidecar", help="the seal, where the picture does not carry it")
    try:
        restore(parser.parse_args())
    except (ValueError, TypeError, OSError, InvalidTag, Image.DecompressionBombError) as error:
        sys.exit(f"unseal: {error or TAMPERED}")


if __name__ == "__main__":
    main()
