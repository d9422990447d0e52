"""What a Python programmer would write instead of the service: FastAPI, OpenCV and dlib, the same calls with the same fields.

Endpoints are async and work in the event loop, because dlib's detector must not be shared by threads: a picture at a time and worker.
"""
import ctypes
import os

import cv2
import numpy as np
from fastapi import FastAPI, File, Response, UploadFile

SIDE = 300
MOST_FACES = 100

cv2.setNumThreads(1)
shim = ctypes.CDLL(os.environ["PEER_SHIM"])
shim.shim_load(os.environ["PEER_MODEL"].encode())
app = FastAPI()


def decode(file):
    return cv2.imdecode(np.frombuffer(file, np.uint8), cv2.IMREAD_COLOR)


def to_gray(picture):
    return cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)


def pointer(array):
    return ctypes.c_void_p(array.ctypes.data)


def detect(gray):
    height, width = gray.shape
    boxes = np.zeros((MOST_FACES, 4), np.int32)
    count = shim.shim_detect(pointer(gray), width, height, pointer(boxes), MOST_FACES)
    return boxes[:count]


def place(gray, box):
    height, width = gray.shape
    points = np.zeros((68, 2), np.int32)
    shim.shim_landmarks(pointer(gray), width, height, pointer(box), pointer(points))
    return points


def square(file):
    return cv2.resize(to_gray(decode(file)), (SIDE, SIDE), interpolation=cv2.INTER_AREA).astype(np.float64)


def picture_answer(kind, picture, parameters=()):
    _, file = cv2.imencode(f".{kind}", picture, parameters)
    return Response(file.tobytes(), media_type=f"image/{kind}")


@app.get("/health/ready")
async def ready():
    return {"worker": os.getpid()}


@app.post("/v1/landmarks")
async def landmarks(image: UploadFile = File(...)):
    gray = to_gray(decode(image.file.read()))
    return {"faces": [{"box": box.tolist(), "landmarks": place(gray, box).tolist()} for box in detect(gray)]}


@app.post("/v1/merge")
async def merge(first: UploadFile = File(...), second: UploadFile = File(...)):
    a, b = square(first.file.read()), square(second.file.read())
    return picture_answer("png", (np.sqrt(a * a + b * b) / 2).astype(np.uint8))
