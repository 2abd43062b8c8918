"""Bodies of what is not text, in the Bot API's form."""

from .text import Json


def photo_sizes(file: Json) -> list[Json]:
    """The sizes of one photo, smallest first."""
    small = {**file, "file_id": file["file_id"] + "s", "file_unique_id": "s" + file["file_id"]}
    return [{**small, "width": 90, "height": 67}, {**file, "width": 1280, "height": 960}]


def poll_body(number: str, question: str, options: list[str]) -> Json:
    return {
        "id": number,
        "question": question,
        "options": [
            {"persistent_id": str(n), "text": option, "voter_count": 0}
            for n, option in enumerate(options)
        ],
        "total_voter_count": 0,
        "is_closed": False,
        "is_anonymous": True,
        "type": "regular",
        "allows_multiple_answers": False,
        "allows_revoting": True,
        "members_only": False,
    }


def voice(file: Json) -> Json:
    return {"voice": {**file, "duration": 4, "mime_type": "audio/ogg"}}


def video(file: Json) -> Json:
    return {"video": {**file, "duration": 9, "width": 640, "height": 360, "mime_type": "video/mp4"}}


def sticker(file: Json) -> Json:
    return {
        "sticker": {
            **file, "width": 512, "height": 512, "is_animated": False, "is_video": False,
            "type": "regular", "emoji": "🙂", "set_name": "Kucing",
        }
    }  # fmt: skip


def location() -> Json:
    return {"location": {"latitude": -6.2, "longitude": 106.8}}


def contact() -> Json:
    return {"contact": {"phone_number": "+620000000000", "first_name": "Kontak"}}


def document(file: Json, name: str) -> Json:
    kind = "application/pdf" if name.endswith(".pdf") else "application/octet-stream"
    return {"document": {**file, "file_name": name, "mime_type": kind}}
