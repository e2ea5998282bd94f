// A stand-in for MongoDB on loopback, for tests: mongo-java-server, made to keep what a real MongoDB promises.
//
// By itself that server hands out documents that other threads go on changing, saves once a second, and says
// a wire version that current drivers refuse. Here one command runs at a time, its answer is a copy, and a
// change is written to the file before it is answered, so a killed server loses nothing that was acknowledged
// and never keeps half a change. (A power cut may: nothing is forced to the disk itself.) What the library
// would carry out wrongly without a word is refused.

import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.DatabaseResolver;
import de.bwaldvogel.mongo.backend.QueryResult;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.backend.h2.H2Collection;
import de.bwaldvogel.mongo.backend.h2.H2Database;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.bson.ObjectId;
import de.bwaldvogel.mongo.exception.IndexNotFoundException;
import de.bwaldvogel.mongo.exception.MongoServerError;
import de.bwaldvogel.mongo.oplog.Oplog;
import io.netty.channel.Channel;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;

public final class Server {
    public static void main(String[] arguments) {
        if (arguments.length != 2) {
            System.err.println("usage: Server PORT FILE");
            System.exit(2);
        }
        // Only a finished command may be saved, so the library must not save by itself.
        MVStore store = new MVStore.Builder()
            .fileName(arguments[1]).autoCommitDisabled().autoCommitBufferSize(0).open();
        store.setRetentionTime(0);
        MongoServer server = new MongoServer(new Durable(store));
        server.bind("127.0.0.1", Integer.parseInt(arguments[0]));
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdownNow));
        System.out.println("listening on " + server.getConnectionString());
    }

    /** One command at a time, saved before it is answered. */
    private static final class Durable extends H2Backend {
        // Every other command counts as a change.
        private static final Set<String> READING = Set.of("find", "getmore", "aggregate", "count", "distinct",
            "ismaster", "ping", "buildinfo", "listindexes", "listcollections", "listdatabases", "killcursors",
            "endsessions", "whatsmyuri", "serverstatus", "dbstats", "collstats");

        private static final String INDEXES = "system.indexes";
        private static final String NAMESPACES = "system.namespaces";
        private static final int COMMITS_PER_COMPACTION = 2000;
        private static final int COMPACTED_BYTES = 16 << 20;

        private int commits;

        Durable(MVStore store) {
            super(store);
            version(new DriversMinimum());
        }

        @Override
        public synchronized Document handleCommand(Channel channel, String database, String command, Document query) {
            refuse(query);
            boolean reading = READING.contains(command.toLowerCase(Locale.ROOT)) && !writesByPipeline(query);
            try {
                Document answer = super.handleCommand(channel, database, command, query).cloneDeeply();
                if (command.equals("insert")) {
                    countInserted(query, answer);
                }
                return answer;
            } finally {
                if (!reading) {
                    save();
                }
            }
        }

        private void save() {
            getMvStore().commit();
            commits++;
            if (commits % COMMITS_PER_COMPACTION == 0) {
                getMvStore().compact(70, COMPACTED_BYTES);
            }
        }

        /** The library counts what was sent, MongoDB what was stored. */
        private static void countInserted(Document query, Document answer) {
            if (answer.get("writeErrors") instanceof Collection<?> errors && !errors.isEmpty()) {
                boolean ordered = !Boolean.FALSE.equals(query.get("ordered"));
                int first = ((Number) ((Document) errors.iterator().next()).get("index")).intValue();
                answer.put("n", ordered ? first : ((Collection<?>) query.get("documents")).size() - errors.size());
            }
        }

        private static boolean writesByPipeline(Document query) {
            return parts(query, "pipeline").anyMatch(stage -> stage.containsKey("$out") || stage.containsKey("$merge"));
        }

        private static void refuse(Document query) {
            if (query.containsKey("autocommit")) {
                throw new MongoServerError(20, "IllegalOperation",
                    "Transaction numbers are only allowed on a replica set member or mongos");
            }
            if (parts(query, "indexes").anyMatch(index -> index.containsKey("partialFilterExpression"))) {
                throw new MongoServerError(67, "CannotCreateIndex", "this stand-in for MongoDB has no partial indexes");
            }
            if (parts(query, "updates").anyMatch(update -> update.get("u") instanceof Collection<?>)) {
                throw new MongoServerError(9, "FailedToParse", "this stand-in for MongoDB updates by operators only");
            }
        }

        private static Stream<Document> parts(Document query, String key) {
            return query.get(key) instanceof Collection<?> list
                ? list.stream().filter(Document.class::isInstance).map(Document.class::cast)
                : Stream.empty();
        }

        @Override
        public synchronized void close() {
            super.close();
        }

        @Override
        protected MongoDatabase openOrCreateDatabase(String name) {
            return new Database(name, getCursorRegistry());
        }

        // An inner class, for the library opens collections before a subclass could have set fields of its own.
        private final class Database extends H2Database {
            Database(String name, CursorRegistry cursors) {
                super(name, getMvStore(), cursors);
            }

            @Override
            protected MongoCollection<Object> openOrCreateCollection(String name, CollectionOptions options) {
                // The names of the library's own maps.
                MVMap<Object, Document> data = getMvStore().openMap("databases." + getDatabaseName() + "." + name);
                MVMap<String, Object> meta = getMvStore().openMap("meta." + getDatabaseName() + "." + name);
                return new ById(this, name, options, data, meta, cursorRegistry);
            }

            @Override
            public Document handleCommand(Channel channel, String command, Document query, DatabaseResolver resolver,
                                          Oplog oplog) {
                if (command.equals("dropIndexes") && query.get("index") instanceof String name) {
                    dropIndexes(resolveCollection((String) query.get(command), true), name);
                    return new Document("ok", 1.0);
                }
                return super.handleCommand(channel, command, query, resolver, oplog);
            }

            /** The library would drop the indexes of that name, or all, of the other collections too. */
            private void dropIndexes(MongoCollection<Object> collection, String name) {
                Document selector = new Document("ns", collection.getFullName());
                List<String> found = indexes.get().handleQueryAsStream(selector)
                    .map(index -> (String) index.get("name"))
                    .filter(index -> name.equals("*") ? !index.equals("_id_") : name.equals(index))
                    .toList();
                if (found.isEmpty() && !name.equals("*")) {
                    throw new IndexNotFoundException("index not found with name [" + name + "]");
                }
                for (String index : found) {
                    dropIndex(collection, index);
                    indexes.get().deleteDocuments(new Document("ns", collection.getFullName()).append("name", index), 0);
                }
            }

            /** The library would destroy every database whose name begins like this one's. */
            @Override
            public void drop(Oplog oplog) {
                Set<String> names = new LinkedHashSet<>();
                for (Document namespace : resolveCollection(NAMESPACES, true).queryAll()) {
                    names.add(((String) namespace.get("name")).substring(getDatabaseName().length() + 1));
                }
                // The lists of indexes and of collections go last: dropping the others looks into them.
                for (String last : List.of(INDEXES, NAMESPACES)) {
                    names.remove(last);
                    if (resolveCollection(last, false) != null) {
                        names.add(last);
                    }
                }
                for (String name : names) {
                    dropCollection(name, oplog);
                }
                for (String map : List.copyOf(getMvStore().getMapNames())) {
                    if (Stream.of("", "databases.", "meta.").anyMatch(kind -> map.startsWith(kind + getDatabaseName() + "."))) {
                        getMvStore().removeMap(map);
                    }
                }
            }
        }
    }

    /** Goes straight to a document that is asked for by _id and more; the library would look at all of them. */
    private static final class ById extends H2Collection {
        ById(MongoDatabase database, String name, CollectionOptions options, MVMap<Object, Document> data,
             MVMap<String, Object> meta, CursorRegistry cursors) {
            super(database, name, options, data, meta, cursors);
        }

        @Override
        protected QueryResult queryDocuments(Document query, Document orderBy, int skip, int limit, int batchSize,
                                             Document fields) {
            Object id = query.get("_id");
            boolean keptAsSent = id instanceof String || id instanceof ObjectId;
            if (!keptAsSent || query.size() == 1) {
                return super.queryDocuments(query, orderBy, skip, limit, batchSize, fields);
            }
            List<Object> positions = getDocument(id) == null ? List.of() : List.of(id);
            return matchDocuments(query, positions, orderBy, skip, limit, batchSize, fields);
        }
    }

    /** The oldest version that drivers of today talk to. */
    private static final class DriversMinimum implements MongoVersion {
        @Override
        public List<Integer> getVersionArray() {
            return List.of(4, 4, 0);
        }

        @Override
        public int getWireVersion() {
            return 9;
        }
    }
}
