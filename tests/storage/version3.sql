BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
) STRICT;
INSERT INTO "_sqlite_migrations" VALUES(1,'seedreel','m001_jobs','2026-11-22 21:40:31.359542+00:00');
INSERT INTO "_sqlite_migrations" VALUES(2,'seedreel','m002_notes','2026-11-22 21:40:31.360250+00:00');
INSERT INTO "_sqlite_migrations" VALUES(3,'seedreel','m003_beginnings','2026-11-22 21:40:31.360819+00:00');
CREATE TABLE beginnings (
    interaction_id INTEGER PRIMARY KEY,
    application_id INTEGER NOT NULL,
    channel_id INTEGER NOT NULL,
    token TEXT NOT NULL,
    token_at REAL NOT NULL
) STRICT
;
INSERT INTO "beginnings" VALUES(9001,1,2,'token9001',1800000000.0);
CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    user_id INTEGER NOT NULL,
    interaction_id INTEGER NOT NULL UNIQUE,
    pressed TEXT UNIQUE,
    source TEXT,
    created REAL NOT NULL,

    prompt TEXT NOT NULL,
    prompt_folded TEXT NOT NULL,
    model TEXT NOT NULL,
    duration INTEGER NOT NULL,
    ratio TEXT NOT NULL,
    image TEXT CHECK (image IS NULL OR json_valid(image)),

    application_id INTEGER NOT NULL,
    channel_id INTEGER NOT NULL,
    guild_id INTEGER,
    message_id INTEGER,
    token TEXT,
    token_at REAL NOT NULL,
    private INTEGER NOT NULL CHECK (private IN (0, 1)),
    bot_reaches INTEGER NOT NULL CHECK (bot_reaches IN (0, 1)),
    file_limit INTEGER NOT NULL,

    stage TEXT NOT NULL,
    changed REAL NOT NULL,
    image_url TEXT,
    image_url_at REAL NOT NULL,
    not_before REAL NOT NULL,
    submitted REAL,
    task_id TEXT,
    percent INTEGER,
    completed REAL,
    clip_url TEXT,
    clip_dies REAL,
    clip_bytes INTEGER,
    "drop" TEXT CHECK ("drop" IS NULL OR json_valid("drop")),
    reason TEXT,
    said TEXT NOT NULL,
    told REAL
) STRICT
;
INSERT INTO "jobs" VALUES('waitingtext000000000',101,1,NULL,NULL,1800000001.0,'a Fox, number 1; ''quoted'' 狐','a fox, number 1; ''quoted'' 狐','seedance-2',5,'16:9',NULL,1,2,3,4,'token1',1800000000.0,1,1,10000000,'waiting',1800000001.0,NULL,0.0,0.0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'',NULL);
INSERT INTO "jobs" VALUES('waitingimage00000000',101,2,NULL,NULL,1800000002.0,'a Fox, number 2; ''quoted'' 狐','a fox, number 2; ''quoted'' 狐','seedance-2',6,'16:9','{"sha256": "0000000000000000000000000000000000000000000000000000000000000002", "format": "image/webp", "size": 1002, "width": 640, "height": 482}',1,2,3,4,'token2',1800000000.0,0,1,10000000,'waiting',1800000002.0,NULL,0.0,0.0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'',NULL);
INSERT INTO "jobs" VALUES('waitingshown00000000',101,3,NULL,NULL,1800000003.0,'a Fox, number 3; ''quoted'' 狐','a fox, number 3; ''quoted'' 狐','seedance-2',7,'16:9','{"sha256": "0000000000000000000000000000000000000000000000000000000000000003", "format": "image/jpeg", "size": 1003, "width": 640, "height": 483}',1,2,3,4,'token3',1800000000.0,1,1,10000000,'waiting',1800000003.0,'https://cdn.example/3/first.png?ex=1&is=2',1800000003.0,0.0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'',NULL);
INSERT INTO "jobs" VALUES('submittingtext000000',101,4,NULL,'s4000000000000000000',1800000004.0,'a Fox, number 4; ''quoted'' 狐','a fox, number 4; ''quoted'' 狐','seedance-2',8,'16:9',NULL,1,2,3,4,'token4',1800000000.0,0,1,10000000,'submitting',1800000004.0,NULL,0.0,0.0,1800000004.0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'',NULL);
INSERT INTO "jobs" VALUES('submittingimage00000',101,5,'p5000000000000000000',NULL,1800000005.0,'a Fox, number 5; ''quoted'' 狐','a fox, number 5; ''quoted'' 狐','seedance-2',9,'16:9','{"sha256": "0000000000000000000000000000000000000000000000000000000000000005", "format": "image/webp", "size": 1005, "width": 640, "height": 485}',1,2,3,4,'token5',1800000000.0,1,1,10000000,'submitting',1800000005.0,NULL,0.0,0.0,1800000005.0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'',NULL);
INSERT INTO "jobs" VALUES('submittingshown00000',101,6,NULL,NULL,1800000006.0,'a Fox, number 6; ''quoted'' 狐','a fox, number 6; ''quoted'' 狐','seedance-2',10,'16:9','{"sha256": "0000000000000000000000000000000000000000000000000000000000000006", "format": "image/jpeg", "size": 1006, "width": 640, "height": 486}',1,2,3,4,'token6',1800000000.0,0,1,10000000,'submitting',1800000006.0,'https://cdn.example/6/first.png?ex=1&is=2',1800000006.0,0.0,1800000006.0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'',NULL);
INSERT INTO "jobs" VALUES('queuedtext0000000000',101,7,NULL,NULL,1800000007.0,'a Fox, number 7; ''quoted'' 狐','a fox, number 7; ''quoted'' 狐','seedance-2',11,'16:9',NULL,1,2,3,4,'token7',1800000000.0,1,1,10000000,'queued',1800000007.0,NULL,0.0,0.0,1800000007.0,'task',NULL,NULL,NULL,NULL,NULL,NULL,NULL,'',NULL);
INSERT INTO "jobs" VALUES('queuedimage000000000',101,8,NULL,'s8000000000000000000',1800000008.0,'a Fox, number 8; ''quoted'' 狐','a fox, number 8; ''quoted'' 狐','seedance-2',12,'16:9','{"sha256": "0000000000000000000000000000000000000000000000000000000000000008", "format": "image/webp", "size": 1008, "width": 640, "height": 488}',1,2,3,4,'token8',1800000000.0,0,1,10000000,'queued',1800000008.0,NULL,0.0,0.0,1800000008.0,'task',NULL,NULL,NULL,NULL,NULL,NULL,NULL,'',NULL);
INSERT INTO "jobs" VALUES('queuedshown000000000',101,9,NULL,NULL,1800000009.0,'a Fox, number 9; ''quoted'' 狐','a fox, number 9; ''quoted'' 狐','seedance-2',13,'16:9','{"sha256": "0000000000000000000000000000000000000000000000000000000000000009", "format": "image/jpeg", "size": 1009, "width": 640, "height": 489}',1,2,3,4,'token9',1800000000.0,1,1,10000000,'queued',1800000009.0,'https://cdn.example/9/first.png?ex=1&is=2',1800000009.0,0.0,1800000009.0,'task',NULL,NULL,NULL,NULL,NULL,NULL,NULL,'',NULL);
INSERT INTO "jobs" VALUES('renderingtext0000000',101,10,'p1000000000000000000',NULL,1800000010.0,'a Fox, number 10; ''quoted'' 狐','a fox, number 10; ''quoted'' 狐','seedance-2',14,'16:9',NULL,1,2,3,4,'token10',1800000000.0,0,1,10000000,'rendering',1800000010.0,NULL,0.0,0.0,1800000010.0,'task',NULL,NULL,NULL,NULL,NULL,NULL,NULL,'',NULL);
INSERT INTO "jobs" VALUES('renderingimage000000',101,11,NULL,NULL,1800000011.0,'a Fox, number 11; ''quoted'' 狐','a fox, number 11; ''quoted'' 狐','seedance-2',15,'16:9','{"sha256": "000000000000000000000000000000000000000000000000000000000000000b", "format": "image/webp", "size": 1011, "width": 640, "height": 491}',1,2,3,4,'token11',1800000000.0,1,1,10000000,'rendering',1800000011.0,NULL,0.0,0.0,1800000011.0,'task',NULL,NULL,NULL,NULL,NULL,NULL,NULL,'',NULL);
INSERT INTO "jobs" VALUES('renderingshown000000',101,12,NULL,'s1200000000000000000',1800000012.0,'a Fox, number 12; ''quoted'' 狐','a fox, number 12; ''quoted'' 狐','seedance-2',4,'16:9','{"sha256": "000000000000000000000000000000000000000000000000000000000000000c", "format": "image/jpeg", "size": 1012, "width": 640, "height": 492}',1,2,3,4,'token12',1800000000.0,0,1,10000000,'rendering',1800000012.0,'https://cdn.example/12/first.png?ex=1&is=2',1800000012.0,0.0,1800000012.0,'task',NULL,NULL,NULL,NULL,NULL,NULL,NULL,'',NULL);
INSERT INTO "jobs" VALUES('readytext00000000000',101,13,NULL,NULL,1800000013.0,'a Fox, number 13; ''quoted'' 狐','a fox, number 13; ''quoted'' 狐','seedance-2',5,'16:9',NULL,1,2,3,4,'token13',1800000000.0,1,1,10000000,'ready',1800000073.0,NULL,0.0,0.0,1800000013.0,'task',100,1800000073.0,'https://cdn.example/clip.mp4',1800086473.0,NULL,NULL,NULL,'',NULL);
INSERT INTO "jobs" VALUES('readyimage0000000000',101,14,NULL,NULL,1800000014.0,'a Fox, number 14; ''quoted'' 狐','a fox, number 14; ''quoted'' 狐','seedance-2',6,'16:9','{"sha256": "000000000000000000000000000000000000000000000000000000000000000e", "format": "image/webp", "size": 1014, "width": 640, "height": 494}',1,2,3,4,'token14',1800000000.0,0,1,10000000,'ready',1800000074.0,NULL,0.0,0.0,1800000014.0,'task',100,1800000074.0,'https://cdn.example/clip.mp4',1800086474.0,NULL,NULL,NULL,'',NULL);
INSERT INTO "jobs" VALUES('readyshown0000000000',101,15,'p1500000000000000000',NULL,1800000015.0,'a Fox, number 15; ''quoted'' 狐','a fox, number 15; ''quoted'' 狐','seedance-2',7,'16:9','{"sha256": "000000000000000000000000000000000000000000000000000000000000000f", "format": "image/jpeg", "size": 1015, "width": 640, "height": 495}',1,2,3,4,'token15',1800000000.0,1,1,10000000,'ready',1800000075.0,'https://cdn.example/15/first.png?ex=1&is=2',1800000015.0,0.0,1800000015.0,'task',100,1800000075.0,'https://cdn.example/clip.mp4',1800086475.0,NULL,NULL,NULL,'',NULL);
INSERT INTO "jobs" VALUES('deliveringtext000000',101,16,NULL,'s1600000000000000000',1800000016.0,'a Fox, number 16; ''quoted'' 狐','a fox, number 16; ''quoted'' 狐','seedance-2',8,'16:9',NULL,1,2,3,4,'token16',1800000000.0,0,1,10000000,'delivering',1800000076.0,NULL,0.0,0.0,1800000016.0,'task',100,1800000076.0,'https://cdn.example/clip.mp4',1800086476.0,NULL,NULL,NULL,'',NULL);
INSERT INTO "jobs" VALUES('deliveringimage00000',101,17,NULL,NULL,1800000017.0,'a Fox, number 17; ''quoted'' 狐','a fox, number 17; ''quoted'' 狐','seedance-2',9,'16:9','{"sha256": "0000000000000000000000000000000000000000000000000000000000000011", "format": "image/webp", "size": 1017, "width": 640, "height": 497}',1,2,3,4,'token17',1800000000.0,1,1,10000000,'delivering',1800000077.0,NULL,0.0,0.0,1800000017.0,'task',100,1800000077.0,'https://cdn.example/clip.mp4',1800086477.0,NULL,NULL,NULL,'',NULL);
INSERT INTO "jobs" VALUES('deliveringshown00000',101,18,NULL,NULL,1800000018.0,'a Fox, number 18; ''quoted'' 狐','a fox, number 18; ''quoted'' 狐','seedance-2',10,'16:9','{"sha256": "0000000000000000000000000000000000000000000000000000000000000012", "format": "image/jpeg", "size": 1018, "width": 640, "height": 498}',1,2,3,4,'token18',1800000000.0,0,1,10000000,'delivering',1800000078.0,'https://cdn.example/18/first.png?ex=1&is=2',1800000018.0,0.0,1800000018.0,'task',100,1800000078.0,'https://cdn.example/clip.mp4',1800086478.0,NULL,NULL,NULL,'',NULL);
INSERT INTO "jobs" VALUES('deliveredtext0000000',101,19,NULL,NULL,1800000019.0,'a Fox, number 19; ''quoted'' 狐','a fox, number 19; ''quoted'' 狐','seedance-2',11,'16:9',NULL,1,2,3,4,NULL,1800000000.0,1,1,10000000,'delivered',1800000089.0,NULL,0.0,0.0,1800000019.0,'task',100,1800000079.0,'https://cdn.example/clip.mp4',1800086479.0,5019,'{"rung": "bot", "channel_id": 2, "nonce": "nonce19", "at": 1800000065.0, "message_id": 4, "form": "file", "limit": 10000000, "fitted": null}',NULL,'',NULL);
INSERT INTO "jobs" VALUES('deliveredimage000000',101,20,'p2000000000000000000','s2000000000000000000',1800000020.0,'a Fox, number 20; ''quoted'' 狐','a fox, number 20; ''quoted'' 狐','seedance-2',12,'16:9','{"sha256": "0000000000000000000000000000000000000000000000000000000000000014", "format": "image/webp", "size": 1020, "width": 640, "height": 500}',1,2,3,4,NULL,1800000000.0,0,1,10000000,'delivered',1800000090.0,NULL,0.0,0.0,1800000020.0,'task',100,1800000080.0,'https://cdn.example/clip.mp4',1800086480.0,5020,'{"rung": "bot", "channel_id": 2, "nonce": "nonce20", "at": 1800000065.0, "message_id": 4, "form": "file", "limit": 10000000, "fitted": null}',NULL,'',NULL);
INSERT INTO "jobs" VALUES('deliveredshown000000',101,21,NULL,NULL,1800000021.0,'a Fox, number 21; ''quoted'' 狐','a fox, number 21; ''quoted'' 狐','seedance-2',13,'16:9','{"sha256": "0000000000000000000000000000000000000000000000000000000000000015", "format": "image/jpeg", "size": 1021, "width": 640, "height": 501}',1,2,3,4,NULL,1800000000.0,1,1,10000000,'delivered',1800000091.0,'https://cdn.example/21/first.png?ex=1&is=2',1800000021.0,0.0,1800000021.0,'task',100,1800000081.0,'https://cdn.example/clip.mp4',1800086481.0,5021,'{"rung": "bot", "channel_id": 2, "nonce": "nonce21", "at": 1800000065.0, "message_id": 4, "form": "file", "limit": 10000000, "fitted": null}',NULL,'',NULL);
INSERT INTO "jobs" VALUES('heldtext000000000000',101,22,NULL,NULL,1800000022.0,'a Fox, number 22; ''quoted'' 狐','a fox, number 22; ''quoted'' 狐','seedance-2',14,'16:9',NULL,1,2,3,4,'token22',1800000000.0,0,1,10000000,'held',1800000083.0,NULL,0.0,0.0,1800000022.0,'task',100,1800000082.0,'https://cdn.example/clip.mp4',1800086482.0,5022,'{"rung": "bot", "channel_id": 2, "nonce": "nonce22", "at": 1800000065.0, "message_id": 4, "form": "file", "limit": 10000000, "fitted": null}',NULL,'',NULL);
INSERT INTO "jobs" VALUES('heldimage00000000000',101,23,NULL,NULL,1800000023.0,'a Fox, number 23; ''quoted'' 狐','a fox, number 23; ''quoted'' 狐','seedance-2',15,'16:9','{"sha256": "0000000000000000000000000000000000000000000000000000000000000017", "format": "image/webp", "size": 1023, "width": 640, "height": 503}',1,2,3,4,'token23',1800000000.0,1,1,10000000,'held',1800000084.0,NULL,0.0,0.0,1800000023.0,'task',100,1800000083.0,'https://cdn.example/clip.mp4',1800086483.0,5023,'{"rung": "bot", "channel_id": 2, "nonce": "nonce23", "at": 1800000065.0, "message_id": 4, "form": "file", "limit": 10000000, "fitted": null}',NULL,'',NULL);
INSERT INTO "jobs" VALUES('heldshown00000000000',101,24,NULL,'s2400000000000000000',1800000024.0,'a Fox, number 24; ''quoted'' 狐','a fox, number 24; ''quoted'' 狐','seedance-2',4,'16:9','{"sha256": "0000000000000000000000000000000000000000000000000000000000000018", "format": "image/jpeg", "size": 1024, "width": 640, "height": 504}',1,2,3,4,'token24',1800000000.0,0,1,10000000,'held',1800000085.0,'https://cdn.example/24/first.png?ex=1&is=2',1800000024.0,0.0,1800000024.0,'task',100,1800000084.0,'https://cdn.example/clip.mp4',1800086484.0,5024,'{"rung": "bot", "channel_id": 2, "nonce": "nonce24", "at": 1800000065.0, "message_id": 4, "form": "file", "limit": 10000000, "fitted": null}',NULL,'',NULL);
INSERT INTO "jobs" VALUES('failedtext0000000000',101,25,'p2500000000000000000',NULL,1800000025.0,'a Fox, number 25; ''quoted'' 狐','a fox, number 25; ''quoted'' 狐','seedance-2',5,'16:9',NULL,1,2,3,4,'token25',1800000000.0,1,1,10000000,'failed',1800000025.0,NULL,0.0,0.0,1800000025.0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'refused','',NULL);
INSERT INTO "jobs" VALUES('failedimage000000000',101,26,NULL,NULL,1800000026.0,'a Fox, number 26; ''quoted'' 狐','a fox, number 26; ''quoted'' 狐','seedance-2',6,'16:9','{"sha256": "000000000000000000000000000000000000000000000000000000000000001a", "format": "image/webp", "size": 1026, "width": 640, "height": 506}',1,2,3,4,'token26',1800000000.0,0,1,10000000,'failed',1800000026.0,NULL,0.0,0.0,1800000026.0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'refused','',NULL);
INSERT INTO "jobs" VALUES('failedshown000000000',101,27,NULL,NULL,1800000027.0,'a Fox, number 27; ''quoted'' 狐','a fox, number 27; ''quoted'' 狐','seedance-2',7,'16:9','{"sha256": "000000000000000000000000000000000000000000000000000000000000001b", "format": "image/jpeg", "size": 1027, "width": 640, "height": 507}',1,2,3,4,'token27',1800000000.0,1,1,10000000,'failed',1800000027.0,'https://cdn.example/27/first.png?ex=1&is=2',1800000027.0,0.0,1800000027.0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'refused','',NULL);
INSERT INTO "jobs" VALUES('cancelledtext0000000',101,28,NULL,'s2800000000000000000',1800000028.0,'a Fox, number 28; ''quoted'' 狐','a fox, number 28; ''quoted'' 狐','seedance-2',8,'16:9',NULL,1,2,3,4,'token28',1800000000.0,0,1,10000000,'cancelled',1800000028.0,NULL,0.0,0.0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'owner','',NULL);
INSERT INTO "jobs" VALUES('cancelledimage000000',101,29,NULL,NULL,1800000029.0,'a Fox, number 29; ''quoted'' 狐','a fox, number 29; ''quoted'' 狐','seedance-2',9,'16:9','{"sha256": "000000000000000000000000000000000000000000000000000000000000001d", "format": "image/webp", "size": 1029, "width": 640, "height": 509}',1,2,3,4,'token29',1800000000.0,1,1,10000000,'cancelled',1800000029.0,NULL,0.0,0.0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'owner','',NULL);
INSERT INTO "jobs" VALUES('cancelledshown000000',101,30,'p3000000000000000000',NULL,1800000030.0,'a Fox, number 30; ''quoted'' 狐','a fox, number 30; ''quoted'' 狐','seedance-2',10,'16:9','{"sha256": "000000000000000000000000000000000000000000000000000000000000001e", "format": "image/jpeg", "size": 1030, "width": 640, "height": 510}',1,2,3,4,'token30',1800000000.0,0,1,10000000,'cancelled',1800000030.0,'https://cdn.example/30/first.png?ex=1&is=2',1800000030.0,0.0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'owner','',NULL);
CREATE TABLE notes (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "notes" VALUES('commands','digest');
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE INDEX jobs_mine ON jobs (user_id, created, id);
CREATE INDEX jobs_unfinished ON jobs (user_id, stage, created, id)
    WHERE stage NOT IN ('delivered', 'failed', 'cancelled');
CREATE INDEX jobs_untold ON jobs (created, id)
    WHERE told IS NULL AND stage IN ('delivered', 'failed', 'cancelled');
CREATE INDEX jobs_submitted ON jobs (submitted) WHERE submitted IS NOT NULL;
CREATE INDEX jobs_runs ON jobs (model, duration, completed) WHERE completed IS NOT NULL;
CREATE INDEX jobs_clips ON jobs (completed) WHERE clip_bytes IS NOT NULL;
CREATE INDEX jobs_images ON jobs (created) WHERE image IS NOT NULL;
CREATE INDEX jobs_tokens ON jobs (token_at) WHERE token IS NOT NULL;
COMMIT;
PRAGMA user_version = 3;
