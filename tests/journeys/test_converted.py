"""Pictures that the provider would not take as they are: what it fetches is upright, and of its formats and sizes."""

from io import BytesIO

from PIL import Image

from bot.domain.media import MediaFormat
from sandbox.discord import Upload
from tests.journeys.scene import Scene
from tests.journeys.script import with_script
from tests.media.drawings import CORNERS, corners, drawn, heic, stored

TURNED = Upload("portrait.jpg", stored("JPEG", drawn(480, 640), orientation=6))
PHONE = Upload("IMG_0001.HEIC", heic(drawn(800, 600)))


def sent(scene: Scene, address: str) -> tuple[str | None, tuple[int, int], tuple[str, ...]]:
    """Tell what is at an address that the provider was given: its format, sides and corners."""
    kept = scene.discord.cdn.known(address)
    assert kept is not None
    body = kept.path.read_bytes()
    with Image.open(BytesIO(body)) as image:
        return image.format, image.size, corners(body)


async def test_a_turned_photo_goes_out_upright_and_the_card_says_so(scene: Scene) -> None:
    use = await scene.mara.use("/video", prompt="a walk", image=TURNED, duration=4)
    card = await scene.video(use)
    assert "image 1 (first frame, sent upright)" in card.texts()
    [body] = scene.paid()
    assert sent(scene, body["image_urls"][0]) == ("JPEG", (480, 640), CORNERS)


async def test_a_phones_heic_goes_out_as_jpeg_once_and_again_with_again(scene: Scene) -> None:
    card = await scene.video(await scene.mara.use("/video", prompt="a walk", image=PHONE, duration=4))
    assert "image 1 (first frame, sent as JPEG)" in card.texts()
    again = await scene.video(await scene.mara.press(card, label="Again"))
    assert "image 1 (first frame, sent as JPEG)" in again.texts()
    first, second = (sent(scene, body["image_urls"][0]) for body in scene.paid())
    assert first == second == ("JPEG", (800, 600), CORNERS)


@with_script(bot={"TOAPIS_DIALECT": "videos"})
async def test_what_is_uploaded_is_the_copy(scene: Scene) -> None:
    card = await scene.video(await scene.mara.use("/video", prompt="a walk", reference=PHONE, reference_2=TURNED))
    assert "image 1 (sent as JPEG) · image 2 (sent upright)" in card.texts()
    uploads = [entry.detail for entry in scene.ledger.of("upload")]
    assert {entry["mime_type"] for entry in uploads} == {MediaFormat.JPEG.value}, uploads
